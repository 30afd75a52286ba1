import { builtInResources, type ResourceEntry } from '@slipway/objects'
import { strategyOf } from '../strategies/strategies.ts'
import type { ResourceDefinition } from './definition.ts'

/** Versions of a kind that are kept in another group or version than their own. */
const STORED_AS: Readonly<Record<string, { group: string; version: string }>> = {
  'autoscaling/v1 horizontalpodautoscalers': { group: 'autoscaling', version: 'v2' },
  'events.k8s.io/v1 events': { group: '', version: 'v1' },
}

/** The definitions of all built-in resources, in the order of the real API's discovery. */
export function builtInDefinitions(): readonly ResourceDefinition[] {
  return builtInResources().map(define)
}

function define(entry: ResourceEntry): ResourceDefinition {
  const { group, version, plural } = entry
  const stored = STORED_AS[`${group}/${version} ${plural}`] ?? { group, version }
  return {
    group,
    version,
    kind: entry.kind,
    plural,
    singular: entry.singular,
    shortNames: entry.shortNames ?? [],
    categories: entry.categories ?? [],
    namespaced: entry.namespaced,
    verbs: entry.verbs,
    subresources: entry.subresources ?? [],
    storage: { group: stored.group, plural, version: stored.version },
    strategy: strategyOf(entry),
  }
}

/** The resources of `metrics.k8s.io/v1beta1`, for discovery: they are answered by whoever measures, and never stored. */
export function metricsDefinitions(): readonly ResourceDefinition[] {
  const of = (plural: string, kind: string, namespaced: boolean): ResourceDefinition => ({
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    kind,
    plural,
    singular: '',
    shortNames: [],
    categories: [],
    namespaced,
    verbs: ['get', 'list'],
    subresources: [],
    storage: { group: 'metrics.k8s.io', plural, version: 'v1beta1' },
    strategy: { hasStatus: false, hasGeneration: false },
  })
  return [of('nodes', 'NodeMetrics', false), of('pods', 'PodMetrics', true)]
}
