import type { ApiRequest, KubeObject, Transport, UserInfo, WatchEvent } from '@slipway/objects'
import { answerOf, assertSuccess } from './answer.ts'
import { ClientError } from './errors.ts'
import { discoveryMapper, pathOf, type KindRef, type ResourceInfo, type ResourceMapper } from './resources.ts'

/** One object: its kind, namespace (absent for cluster-scoped kinds) and name. */
export interface ObjectRef extends KindRef {
  readonly namespace?: string | undefined
  readonly name: string
  readonly subresource?: string
}

/** Options of writes, as the API names them. */
export interface WriteOptions {
  readonly dryRun?: boolean
  readonly fieldManager?: string
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict'
}

/** Options of server-side apply. */
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string
  /** Take over fields that other managers own. */
  readonly force?: boolean
  readonly subresource?: string
}

/** Options of a delete, as `meta/v1.DeleteOptions`. */
export interface DeleteOptions {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly dryRun?: boolean
}

/** What a list or watch selects; without a namespace all of them. */
export interface Selection {
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

/** Options of a list: a page when `limit` is given. */
export interface ListOptions extends Selection {
  readonly limit?: number
  readonly continue?: string
  readonly resourceVersion?: string
}

/** A list, or one page of it. */
export interface ObjectList<T extends KubeObject = KubeObject> {
  readonly items: readonly T[]
  readonly resourceVersion: string
  readonly continue: string
}

/** Options of a watch: changes after `resourceVersion`. */
export interface WatchOptions extends Selection {
  readonly resourceVersion: string
  readonly signal?: AbortSignal
  readonly timeoutSeconds?: number
}

/** The patch formats of the API. */
export type PatchType = 'json' | 'merge' | 'strategic'

/**
 * A Kubernetes client for any kind that the API serves. Objects that it returns are frozen or shared: copy before changing. Every method throws
 * {@link ApiError} for a refusal and {@link ClientError} for everything in between.
 */
export interface Client {
  readonly resources: ResourceMapper
  get<T extends KubeObject = KubeObject>(ref: ObjectRef): Promise<T>
  list<T extends KubeObject = KubeObject>(kind: KindRef, options?: ListOptions): Promise<ObjectList<T>>
  create<T extends KubeObject = KubeObject>(object: KubeObject, options?: WriteOptions): Promise<T>
  update<T extends KubeObject = KubeObject>(object: KubeObject, options?: WriteOptions): Promise<T>
  updateStatus<T extends KubeObject = KubeObject>(object: KubeObject, options?: WriteOptions): Promise<T>
  patch<T extends KubeObject = KubeObject>(
    ref: ObjectRef,
    patch: { type: PatchType; body: object },
    options?: WriteOptions,
  ): Promise<T>
  apply<T extends KubeObject = KubeObject>(object: KubeObject, options: ApplyOptions): Promise<T>
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<void>
  /** Creates a subresource object, such as an `Eviction` or a `Binding`. */
  createSubresource(ref: ObjectRef, body: object): Promise<KubeObject>
  watch<T extends KubeObject = KubeObject>(kind: KindRef, options: WatchOptions): Promise<AsyncIterable<WatchEvent<T>>>
  /** Any other request, with this client's identity. */
  raw(request: ApiRequest): ReturnType<Transport>
}

/** Who a client is. */
export interface ClientOptions {
  readonly user?: UserInfo
  readonly userAgent?: string
  /** Share one between clients of the same API; default a new one by discovery. */
  readonly resources?: ResourceMapper
}

const CONTENT_TYPES: Record<PatchType | 'apply', string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** Makes a client over a transport. */
export function createClient(transport: Transport, options: ClientOptions = {}): Client {
  const send: Transport = (request) => transport({ ...identityOf(options), ...request })
  const resources = options.resources ?? discoveryMapper(send)
  const request = async (call: Call): Promise<KubeObject> => answerOf<KubeObject>(await send(requestOf(call)))
  const written = async (
    method: 'POST' | 'PUT',
    object: KubeObject,
    write: WriteOptions & { subresource?: string } = {},
  ) => {
    const resource = await resources.find(object)
    const { namespace, name } = object.metadata
    const at = { namespace, name: method === 'POST' ? undefined : (name ?? ''), subresource: write.subresource }
    return request({ method, resource, at, query: writeQuery(write), body: object })
  }
  return {
    resources,
    raw: send,
    get: async <T extends KubeObject>(ref: ObjectRef) =>
      (await request({ method: 'GET', resource: await resources.find(ref), at: ref })) as T,
    list: async <T extends KubeObject>(kind: KindRef, selection: ListOptions = {}) => {
      const resource = await resources.find(kind)
      const response = await send(
        requestOf({ method: 'GET', resource, at: { namespace: selection.namespace }, query: listQuery(selection) }),
      )
      return toList<T>(answerOf<RawList>(response), resource)
    },
    create: async <T extends KubeObject>(object: KubeObject, write?: WriteOptions) =>
      (await written('POST', object, write)) as T,
    update: async <T extends KubeObject>(object: KubeObject, write?: WriteOptions) =>
      (await written('PUT', object, write)) as T,
    updateStatus: async <T extends KubeObject>(object: KubeObject, write?: WriteOptions) =>
      (await written('PUT', object, { ...write, subresource: 'status' })) as T,
    patch: async <T extends KubeObject>(
      ref: ObjectRef,
      patch: { type: PatchType; body: object },
      write: WriteOptions = {},
    ) => {
      const resource = await resources.find(ref)
      const contentType = CONTENT_TYPES[patch.type]
      return (await request({
        method: 'PATCH',
        resource,
        at: ref,
        query: writeQuery(write),
        body: patch.body,
        contentType,
      })) as T
    },
    apply: async <T extends KubeObject>(object: KubeObject, apply: ApplyOptions) => {
      const resource = await resources.find(object)
      const { namespace, name } = object.metadata
      const at = { namespace, name: name ?? '', subresource: apply.subresource }
      const query = { ...writeQuery(apply), force: apply.force }
      return (await request({
        method: 'PATCH',
        resource,
        at,
        query,
        body: object,
        contentType: CONTENT_TYPES.apply,
      })) as T
    },
    delete: async (ref, remove = {}) => {
      const resource = await resources.find(ref)
      const { dryRun, ...body } = remove
      const deleteOptions = { apiVersion: 'v1', kind: 'DeleteOptions', ...body }
      assertSuccess(
        await send(
          requestOf({
            method: 'DELETE',
            resource,
            at: ref,
            query: writeQuery({ dryRun: dryRun === true }),
            body: deleteOptions,
          }),
        ),
      )
    },
    createSubresource: async (ref, body) =>
      request({ method: 'POST', resource: await resources.find(ref), at: ref, body }),
    watch: async <T extends KubeObject>(kind: KindRef, watch: WatchOptions) => {
      const resource = await resources.find(kind)
      const call = requestOf({ method: 'GET', resource, at: { namespace: watch.namespace }, query: watchQuery(watch) })
      const response = await send(watch.signal === undefined ? call : { ...call, signal: watch.signal })
      assertSuccess(response)
      if (response.events === undefined)
        throw new ClientError('API_BAD_ANSWER', 'the API answered a watch without events', { fault: 'system' })
      return response.events as AsyncIterable<WatchEvent<T>>
    },
  }
}

interface Call {
  readonly method: ApiRequest['method']
  readonly resource: ResourceInfo
  readonly at: {
    readonly namespace?: string | undefined
    readonly name?: string | undefined
    readonly subresource?: string | undefined
  }
  readonly query?: Query
  readonly body?: object
  readonly contentType?: string
}

interface RawList {
  readonly items?: readonly KubeObject[] | null
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string }
}

function requestOf(call: Call): ApiRequest {
  const path = `${pathOf(call.resource, call.at)}${queryOf(call.query ?? {})}`
  const base = { method: call.method, path, accept: 'application/json' }
  return call.body === undefined
    ? base
    : { ...base, body: call.body, contentType: call.contentType ?? 'application/json' }
}

function identityOf(options: ClientOptions): Partial<ApiRequest> {
  return {
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.userAgent === undefined ? {} : { userAgent: options.userAgent }),
  }
}

function queryOf(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== false && value !== '')
  if (given.length === 0) return ''
  const encoded = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
  return `?${encoded.toString()}`
}

function writeQuery(write: WriteOptions): Query {
  return {
    dryRun: write.dryRun === true ? 'All' : undefined,
    fieldManager: write.fieldManager,
    fieldValidation: write.fieldValidation,
  }
}

function listQuery(list: ListOptions): Query {
  const { labelSelector, fieldSelector, limit, resourceVersion } = list
  return { labelSelector, fieldSelector, limit, continue: list.continue, resourceVersion }
}

function watchQuery(watch: WatchOptions): Query {
  const { labelSelector, fieldSelector, resourceVersion, timeoutSeconds } = watch
  return { watch: true, allowWatchBookmarks: true, labelSelector, fieldSelector, resourceVersion, timeoutSeconds }
}

// Items of a list carry no apiVersion and kind on the wire, but everybody who reads one wants to know what it is.
function toList<T extends KubeObject>(list: RawList, resource: ResourceInfo): ObjectList<T> {
  const { apiVersion, kind } = resource
  const items = (list.items ?? []).map((item) => (item.kind === undefined ? { ...item, apiVersion, kind } : item) as T)
  return { items, resourceVersion: list.metadata?.resourceVersion ?? '', continue: list.metadata?.continue ?? '' }
}
