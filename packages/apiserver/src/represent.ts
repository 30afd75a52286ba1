import type { ApiResponse, KubeObject, WatchEvent } from '@slipway/objects'
import type { ResourceDefinition } from './registry/definition.ts'
import type { ResourceRequest } from './request.ts'
import { notAcceptable } from './status.ts'
import { printerOf } from './table/printers.ts'
import { partial, toTable, type TableOptions } from './table/table.ts'
import type { List } from './verbs/list.ts'

/** In which form a client wants objects: as they are, as a table, or metadata only. */
type Form = 'object' | 'table' | 'metadata'

/**
 * The form that an Accept header asks for. Clients list alternatives in order; the first one that the server has counts. Protobuf is not one of them, and
 * every client that asks for it accepts JSON too.
 */
export function formOf(accept: string | undefined): Form {
  if (accept === undefined || accept === '') return 'object'
  for (const alternative of accept.split(',').map((part) => part.trim())) {
    const json = /^(application\/(json|\*)|\*\/\*)/.test(alternative)
    if (!json) continue
    const as = /;\s*as=(\w+)/.exec(alternative)?.[1]
    if (as === 'Table' && /v=v1\b/.test(alternative)) return 'table'
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata'
    if (as === undefined) return 'object'
  }
  throw notAcceptable('only the following media types are accepted: application/json, application/yaml')
}

/** Turns an answer with objects into the form that was asked for. */
export function represent(
  response: ApiResponse,
  how: { resource: ResourceDefinition; request: ResourceRequest; form: Form; now: number },
): ApiResponse {
  if (how.form === 'object' || response.status >= 400) return response
  if (response.events !== undefined) return { ...response, events: representEvents(response.events, how) }
  if (response.object === undefined || !isRepresentable(response.object)) return response
  const object = response.object as KubeObject | List
  return { ...response, object: how.form === 'table' ? table(object, how) : metadataOnly(object) }
}

function isRepresentable(object: object): boolean {
  return (object as { kind?: string }).kind !== 'Status'
}

function table(
  object: KubeObject | List,
  how: { resource: ResourceDefinition; request: ResourceRequest; now: number },
): object {
  const items = isList(object) ? object.items : [object]
  const { resourceVersion } = object.metadata
  const metadata = isList(object) ? object.metadata : { resourceVersion }
  return toTable(printerOf(how.resource, how.request.subresource), items, { ...optionsOf(how), metadata })
}

function metadataOnly(object: KubeObject | List): object {
  if (!isList(object)) return partial(object)
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: object.metadata,
    items: object.items.map(partial),
  }
}

async function* representEvents(
  events: AsyncIterable<WatchEvent>,
  how: { resource: ResourceDefinition; request: ResourceRequest; form: Form; now: number },
): AsyncGenerator<WatchEvent> {
  let first = true
  for await (const event of events) {
    if (event.type === 'ERROR' || (event.type === 'BOOKMARK' && how.form === 'metadata')) yield event
    else if (how.form === 'metadata') yield { type: event.type, object: partial(event.object) }
    else {
      yield { type: event.type, object: tableEvent(event, { ...how, omitColumns: !first }) as KubeObject }
      first = false
    }
  }
}

function tableEvent(
  event: WatchEvent,
  how: { resource: ResourceDefinition; request: ResourceRequest; now: number; omitColumns: boolean },
): object {
  const metadata = { resourceVersion: event.object.metadata.resourceVersion }
  const rows = event.type === 'BOOKMARK' ? [] : [event.object]
  return toTable(printerOf(how.resource), rows, { ...optionsOf(how), omitColumns: how.omitColumns, metadata })
}

function optionsOf(how: { request: ResourceRequest; now: number }): TableOptions {
  return { includeObject: how.request.query.get('includeObject') ?? 'Metadata', now: how.now }
}

function isList(object: KubeObject | List): object is List {
  return Array.isArray((object as List).items) && object.kind.endsWith('List')
}
