import type { Client } from '@slipway/client'
import { formatTime, type Clock, type KubeObject } from '@slipway/objects'

/** What happened to an Application. */
export interface Happening {
  readonly type: 'Normal' | 'Warning'
  readonly reason: 'OperationStarted' | 'OperationCompleted' | 'ResourceUpdated' | 'ResourceDeleted' | 'StatusRefreshed'
  readonly message: string
}

/** Writes a Kubernetes event about an object; a failure is dropped, an event is never worth a retry. */
export type Recorder = (object: KubeObject, happening: Happening) => void

/** Makes a recorder that writes as Argo CD's controller. */
export function eventRecorder(client: Client, clock: Clock): Recorder {
  let sequence = 0
  return (object, happening) => {
    const { name = '', namespace = 'default', uid, resourceVersion } = object.metadata
    const now = formatTime(clock.now())
    sequence = (sequence + 1) % 1000
    const event: KubeObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${(clock.now() * 1_000 + sequence).toString(16)}`, namespace },
      involvedObject: { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion },
      ...happening,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      source: { component: 'argocd-application-controller' },
    }
    client.create(event).catch(() => undefined)
  }
}
