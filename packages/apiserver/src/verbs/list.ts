import type { ApiResponse, KubeObject } from '@slipway/objects'
import type { Page, Store } from '@slipway/store'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { ResourceRequest } from '../request.ts'
import { badRequest, expired, StatusError } from '../status.ts'
import { prefixOf, revisionStatus } from '../storage.ts'
import { convert } from '../versions.ts'
import { type Matches, selectionOf, selectsAll } from './selection.ts'

/** The object of a list answer. */
export interface List {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: {
    readonly resourceVersion: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
  readonly items: readonly KubeObject[]
}

interface Continue {
  readonly rv: number
  readonly start: string
}

/**
 * Lists a resource: everything, or pages of `limit` whose `continue` tokens name the state of the first page. A token whose state is compacted is
 * answered with 410 and a fresh token, with which a client may go on inconsistently.
 */
export function list(store: Store<KubeObject>, resource: ResourceDefinition, request: ResourceRequest): ApiResponse {
  const matches = selectionOf(request.query, resource)
  const page = readPage(store, resource, request)
  const limit = positive(request.query.get('limit')) ?? Number.POSITIVE_INFINITY
  return { status: 200, object: toList(page, { resource, matches, limit, filtered: !selectsAll(request.query) }) }
}

function readPage(store: Store<KubeObject>, resource: ResourceDefinition, request: ResourceRequest): Page<KubeObject> {
  const prefix = prefixOf(resource, request.namespace)
  const token = request.query.get('continue') ?? ''
  if (token !== '') return continuePage(store, { prefix, all: prefixOf(resource), token })
  const revision = revisionOf(request.query)
  const exact = request.query.get('resourceVersionMatch') === 'Exact'
  try {
    // "Not older than" is always met by the newest state, once the store has reached the revision.
    if (revision !== undefined && revision > store.revision) store.list(prefix, { revision, limit: 0 })
    return store.list(prefix, exact && revision !== undefined ? { revision } : {})
  } catch (error) {
    throw revisionStatus(error, { revision: revision ?? 0, current: store.revision })
  }
}

function continuePage(store: Store<KubeObject>, at: { prefix: string; all: string; token: string }): Page<KubeObject> {
  const { rv, start } = decodeContinue(at.token)
  const after = `${at.all}${start}`
  if (rv <= 0) return store.list(at.prefix, { after })
  try {
    return store.list(at.prefix, { after, revision: rv })
  } catch (error) {
    const status = revisionStatus(error, { revision: rv, current: store.revision })
    if (status.status.reason !== 'Expired') throw status
    throw expired(EXPIRED_CONTINUE, encodeContinue({ rv: -1, start }))
  }
}

const EXPIRED_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this ' +
  'response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time ' +
  'the first chunk was returned and now may show up in the list.'

function toList(
  page: Page<KubeObject>,
  how: { resource: ResourceDefinition; matches: Matches; limit: number; filtered: boolean },
): List {
  const { resource } = how
  const items: KubeObject[] = []
  let last = ''
  let more = false
  let rest = 0
  for (const stored of page.items) {
    if (!how.matches(stored.value)) continue
    if (items.length < how.limit) {
      items.push(convert(stored.value, resource))
      last = stored.key
    } else {
      more = true
      rest++
    }
  }
  const start = last.slice(prefixOf(resource).length)
  const remaining = how.filtered ? {} : { remainingItemCount: rest }
  const paging = more ? { continue: encodeContinue({ rv: page.revision, start }), ...remaining } : {}
  return {
    kind: `${resource.kind}List`,
    apiVersion: resource.group === '' ? resource.version : `${resource.group}/${resource.version}`,
    metadata: { resourceVersion: String(page.revision), ...paging },
    items,
  }
}

/** The `resourceVersion` of a query as a number; undefined for none, and for 0, which means any. @throws StatusError BadRequest */
export function revisionOf(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion') ?? ''
  if (text === '' || text === '0') return undefined
  if (!/^\d+$/.test(text)) {
    throw badRequest(`resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`)
  }
  if (BigInt(text) >= 2n ** 64n)
    throw badRequest(
      `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": value out of range`,
    )
  return Number(text)
}

function positive(text: string | null): number | undefined {
  const number = Number(text ?? 0)
  return number > 0 ? number : undefined
}

// `start` is the key of the last item below the resource's prefix, its namespace included.
function encodeContinue(token: Continue): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', ...token })).toString('base64url')
}

function decodeContinue(text: string): Continue {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Partial<Continue>
    if (typeof token.rv === 'number' && typeof token.start === 'string' && !/(^|\/)\.{0,2}(\/|$)/.test(token.start))
      return { rv: token.rv, start: token.start }
  } catch (error) {
    throw new StatusError({ ...badRequest(`continue key is not valid: ${String(error)}`).status })
  }
  throw badRequest('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)')
}
