import type { ApiResponse } from '@slipway/objects'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { StatusError } from '../status.ts'
import { placeOf, prefixOf } from '../storage.ts'
import { convert } from '../versions.ts'
import { deleteObject, type DeleteOptions } from './delete.ts'
import { selectionOf } from './selection.ts'

/** Deletes every object that the selectors of the query match; what somebody else deleted meanwhile does not count as a failure. Answers with the list. */
export async function deleteCollection(
  context: CallContext,
  resource: ResourceDefinition,
  request: ResourceRequest & { options: DeleteOptions },
): Promise<ApiResponse> {
  const matches = selectionOf(request.query, resource)
  const limit = Number(request.query.get('limit') ?? 0)
  const found = context.store
    .list(prefixOf(resource, request.namespace))
    .items.map((stored) => stored.value)
    .filter(matches)
  const chosen = limit > 0 ? found.slice(0, limit) : found
  for (const object of chosen) {
    try {
      await deleteObject(context, resource, { ...placeOf(object), options: request.options })
    } catch (error) {
      if (!(error instanceof StatusError) || error.status.reason !== 'NotFound') throw error
    }
  }
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
  const metadata = { resourceVersion: String(context.store.revision) }
  return {
    status: 200,
    object: {
      kind: `${resource.kind}List`,
      apiVersion,
      metadata,
      items: chosen.map((object) => convert(object, resource)),
    },
  }
}
