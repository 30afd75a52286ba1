import type { Client } from './client.ts'
import { hasReason } from './errors.ts'
import { formatTime, type Clock, type KubeObject } from '@slipway/objects'

const EVENT = { apiVersion: 'v1', kind: 'Event' }

/** What happened to an object, as a Kubernetes Event tells it. */
export interface Happening {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** The part of the object, such as `spec.containers{web}`. */
  readonly fieldPath?: string
}

/** Writes events; the same happening again counts up the first event instead of adding another. Failures are dropped: an event is never worth a retry. */
export type Recorder = (object: KubeObject, happening: Happening) => void

interface Seen {
  readonly namespace: string
  readonly name: string
  count: number
  /** Its first write, then the one after that: what is counted must be there. */
  written: Promise<unknown>
}

const REMEMBERED = 4096

/** Makes a recorder that writes as a component. */
export function eventRecorder(
  client: Client,
  options: { readonly component: string; readonly clock: Clock; readonly host?: string },
): Recorder {
  const seen = new Map<string, Seen>()
  let sequence = 0
  const create = (object: KubeObject, happening: Happening, key: string): Promise<unknown> => {
    const namespace = object.metadata.namespace ?? 'default'
    const name = `${object.metadata.name ?? ''}.${(options.clock.now() * 1000 + (sequence++ % 1000)).toString(16)}`
    const now = formatTime(options.clock.now())
    const event = eventOf(object, happening, { ...options, namespace, name, now, host: options.host })
    const written = client.create(event)
    if (seen.size >= REMEMBERED) seen.clear()
    seen.set(key, { namespace, name, count: 1, written })
    return written
  }
  const countUp = async (known: Seen): Promise<void> => {
    known.count++
    const { namespace, name, written } = known
    const again = async (): Promise<unknown> => {
      await written
      const body = { count: known.count, lastTimestamp: formatTime(options.clock.now()) }
      return client.patch({ ...EVENT, namespace, name }, { type: 'merge', body })
    }
    known.written = again()
    await known.written
  }
  const write = async (object: KubeObject, happening: Happening): Promise<void> => {
    const { type, reason, message, fieldPath } = happening
    const key = [object.metadata.uid, type, reason, message, fieldPath].join('\n')
    const known = seen.get(key)
    if (known === undefined) {
      await create(object, happening, key)
      return
    }
    try {
      await countUp(known)
    } catch (error) {
      // The event is gone, or never was: this happening is a first one again.
      if (seen.get(key) === known) seen.delete(key)
      if (hasReason(error, 'NotFound') && !seen.has(key)) await create(object, happening, key)
    }
  }
  return (object, happening) => {
    // The namespace may be gone already, and then nobody will read the event.
    write(object, happening).catch(() => undefined)
  }
}

function eventOf(
  object: KubeObject,
  happening: Happening,
  at: { namespace: string; name: string; now: string; component: string; host: string | undefined },
): KubeObject {
  const { apiVersion, kind, metadata } = object
  const { type, reason, message, fieldPath } = happening
  return {
    ...EVENT,
    metadata: { name: at.name, namespace: at.namespace },
    involvedObject: {
      apiVersion,
      kind,
      name: metadata.name,
      namespace: metadata.namespace,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
      ...(fieldPath === undefined ? {} : { fieldPath }),
    },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: at.now,
    lastTimestamp: at.now,
    source: { component: at.component, ...(at.host === undefined ? {} : { host: at.host }) },
    reportingComponent: at.component,
    reportingInstance: at.host ?? '',
  }
}
