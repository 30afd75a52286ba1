import type { KubeObject } from '@slipway/objects'

// k8s.io/kubernetes/pkg/apis/events/v1/conversion.go: names of one group to names of the other.
const TO_GROUP: Readonly<Record<string, string>> = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
}
const TO_CORE = Object.fromEntries(Object.entries(TO_GROUP).map(([core, group]) => [group, core]))

/** A core/v1 Event in the shape of events.k8s.io/v1. */
export function eventToGroup(event: KubeObject): KubeObject {
  return rename(event, TO_GROUP)
}

/** An events.k8s.io/v1 Event in the shape of core/v1. */
export function eventToCore(event: KubeObject): KubeObject {
  return rename(event, TO_CORE)
}

function rename(event: KubeObject, names: Readonly<Record<string, string>>): KubeObject {
  return Object.fromEntries(Object.entries(event).map(([name, value]) => [names[name] ?? name, value])) as KubeObject
}
