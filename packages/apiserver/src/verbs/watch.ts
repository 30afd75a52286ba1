import type { ApiResponse, Clock, KubeObject, WatchEvent } from '@slipway/objects'
import type { Store, StoreEvent, Watch } from '@slipway/store'
import { StoreError } from '@slipway/store'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { Registry } from '../registry/registry.ts'
import { isTrue, type ResourceRequest } from '../request.ts'
import { expired, invalid } from '../status.ts'
import { named, prefixOf, revisionStatus } from '../storage.ts'
import { convert } from '../versions.ts'
import { revisionOf } from './list.ts'
import { type Matches, selectionOf } from './selection.ts'

/** What a watch needs of the server. */
export interface WatchContext {
  readonly store: Store<KubeObject>
  readonly registry: Registry
  readonly clock: Clock
  readonly random: () => number
  readonly signal: AbortSignal | undefined
}

const BOOKMARK_EVERY = 60_000
const SHORTEST = 1_800

/**
 * Watches a resource. Without a resource version, or with 0, the present objects come first as ADDED; `sendInitialEvents` then adds the bookmark that tells
 * the client where they end. An object that enters the selection is ADDED, one that leaves it DELETED. Ends after `timeoutSeconds`, by default after
 * 30 to 60 minutes, as client-go expects it.
 */
export function watch(context: WatchContext, resource: ResourceDefinition, request: ResourceRequest): ApiResponse {
  const matches = selectionOf(request.query, resource)
  assertInitialEvents(request, resource)
  const asked = revisionOf(request.query)
  const initial = wantsInitial(request, asked)
  const { store } = context
  const end = new AbortController()
  context.signal?.addEventListener('abort', () => end.abort(), { once: true })
  if (context.signal?.aborted === true) end.abort()
  const prefix = prefixOf(resource, request.namespace)
  const after = initial ? store.revision : (asked ?? store.revision)
  const changes = openWatch(store, { prefix, after, signal: end.signal })
  const timer = context.clock.after(timeoutOf(request, context.random), () => end.abort())
  const initialObjects = initial
    ? store
        .list(prefix)
        .items.map((stored) => stored.value)
        .filter(matches)
    : []
  const sendBookmark = isTrue(request.query.get('sendInitialEvents'))
  const bookmarks = isTrue(request.query.get('allowWatchBookmarks'))
  const { group, version, plural } = resource
  // A definition may change while its resource is watched.
  const current = (): ResourceDefinition => context.registry.find(group, version, plural) ?? resource
  const stream: Stream = { resource, current, matches, changes, clock: context.clock, end: end.signal, bookmarks }
  return { status: 200, events: events(stream, { objects: initialObjects, revision: after, sendBookmark }, timer) }
}

interface Stream {
  readonly resource: ResourceDefinition
  readonly current: () => ResourceDefinition
  readonly matches: Matches
  readonly changes: Watch<KubeObject>
  readonly clock: Clock
  readonly end: AbortSignal
  readonly bookmarks: boolean
}

async function* events(
  stream: Stream,
  initial: { objects: readonly KubeObject[]; revision: number; sendBookmark: boolean },
  cancelTimeout: () => void,
): AsyncGenerator<WatchEvent> {
  try {
    for (const object of initial.objects) yield { type: 'ADDED', object: convert(object, stream.current()) }
    if (initial.sendBookmark) yield bookmark(stream.resource, initial.revision, { 'k8s.io/initial-events-end': 'true' })
    for await (const batch of withBookmarks(stream)) yield* batch
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    yield { type: 'ERROR', object: expired(error.message).status as unknown as KubeObject }
  } finally {
    cancelTimeout()
  }
}

// A bookmark may only name a revision whose events have all been handed over: the store's watch knows it.
async function* withBookmarks(stream: Stream): AsyncGenerator<readonly WatchEvent[]> {
  const reader = stream.changes[Symbol.asyncIterator]()
  let next = reader.next()
  let timer = ticks(stream)
  try {
    for (;;) {
      const first = await Promise.race([next, timer.due])
      if (first === 'tick') {
        if (stream.bookmarks) yield [bookmark(stream.resource, stream.changes.delivered)]
        timer = ticks(stream)
        continue
      }
      if (first.done === true) return
      yield first.value.flatMap((event) => toWatchEvent(event, stream))
      next = reader.next()
    }
  } finally {
    timer.cancel()
    await reader.return?.()
  }
}

function ticks(stream: Stream): { due: Promise<'tick'>; cancel: () => void } {
  let cancel = (): void => undefined
  const due = new Promise<'tick'>((resolve) => {
    cancel = stream.clock.after(BOOKMARK_EVERY, () => resolve('tick'))
  })
  return { due, cancel }
}

function toWatchEvent(event: StoreEvent<KubeObject>, { current, matches }: Stream): WatchEvent[] {
  const had = event.previous !== undefined && matches(event.previous)
  const has = event.type === 'put' && matches(event.value)
  if (!had && !has) return []
  if (has) return [{ type: had ? 'MODIFIED' : 'ADDED', object: convert(event.value, current()) }]
  return [{ type: 'DELETED', object: convert(leaving(event), current()) }]
}

// What leaves the selection is shown as it last matched, with the resource version of the change that made it leave.
function leaving(event: StoreEvent<KubeObject>): KubeObject {
  if (event.type === 'delete' || event.previous === undefined) return event.value
  return { ...event.previous, metadata: { ...event.previous.metadata, resourceVersion: String(event.revision) } }
}

function bookmark(resource: ResourceDefinition, revision: number, annotations?: Record<string, string>): WatchEvent {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
  const metadata = {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(annotations === undefined ? {} : { annotations }),
  }
  return { type: 'BOOKMARK', object: { kind: resource.kind, apiVersion, metadata } }
}

function openWatch(
  store: Store<KubeObject>,
  at: { prefix: string; after: number; signal: AbortSignal },
): Watch<KubeObject> {
  try {
    return store.watch(at.prefix, { after: at.after, signal: at.signal })
  } catch (error) {
    throw revisionStatus(error, { revision: at.after, current: store.revision })
  }
}

function wantsInitial(request: ResourceRequest, asked: number | undefined): boolean {
  const send = request.query.get('sendInitialEvents')
  return send === null ? asked === undefined : isTrue(send)
}

function assertInitialEvents(request: ResourceRequest, resource: ResourceDefinition): void {
  if (request.query.get('sendInitialEvents') === null) {
    if (request.query.get('resourceVersionMatch') === null) return
    const message = 'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'
    throw invalid({ ...named(resource), kind: 'ListOptions', group: 'meta.k8s.io' }, '', [
      { reason: 'FieldValueForbidden', message, field: 'resourceVersionMatch' },
    ])
  }
  if (request.query.get('resourceVersionMatch') === 'NotOlderThan') return
  const message = 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'
  throw invalid({ ...named(resource), kind: 'ListOptions', group: 'meta.k8s.io' }, '', [
    { reason: 'FieldValueForbidden', message, field: 'sendInitialEvents' },
  ])
}

function timeoutOf(request: ResourceRequest, random: () => number): number {
  const asked = Number(request.query.get('timeoutSeconds') ?? 0)
  return (asked > 0 ? asked : SHORTEST * (1 + random())) * 1000
}
