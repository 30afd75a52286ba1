import type { KubeObject } from '@slipway/objects'
import { parseFieldSelector, parseLabelSelector, type FieldSelector, type LabelSelector } from '@slipway/objects'
import { messageOf } from '@slipway/diag'
import type { ResourceDefinition } from '../registry/definition.ts'
import { badRequest } from '../status.ts'

/** Decides which objects of a resource a list, watch or deletecollection is about. */
export type Matches = (object: KubeObject) => boolean

/** The label and field selectors of a query. @throws StatusError BadRequest for one that does not parse or names an unknown field. */
export function selectionOf(query: URLSearchParams, resource: ResourceDefinition): Matches {
  const labels = parse(() => parseLabelSelector(query.get('labelSelector') ?? ''), 'unable to parse requirement')
  const fields = parse(() => parseFieldSelector(query.get('fieldSelector') ?? ''), 'invalid field selector')
  assertSelectable(fields, resource)
  return (object) => labels.matches(object.metadata.labels ?? {}) && fields.matches(fieldsOf(object, resource))
}

/** True when the query selects at all, so that lists can skip the filter. */
export function selectsAll(query: URLSearchParams): boolean {
  return (query.get('labelSelector') ?? '') === '' && (query.get('fieldSelector') ?? '') === ''
}

function parse<T>(run: () => T, what: string): T {
  try {
    return run()
  } catch (error) {
    throw badRequest(messageOf(error) || what)
  }
}

function assertSelectable(fields: FieldSelector, resource: ResourceDefinition): void {
  const known = fieldsOf({ apiVersion: '', kind: '', metadata: {} }, resource)
  for (const { field } of fields.requirements) {
    if (field in known) continue
    const { group, kind } = resource
    const shown =
      resource.custom === undefined && group === ''
        ? `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
        : `field label not supported: ${field}`
    const text = kind === 'Pod' || group !== '' ? `field label not supported: ${field}` : shown
    // Clients put the resource and the selector in front.
    throw badRequest(text)
  }
}

function fieldsOf(object: KubeObject, resource: ResourceDefinition): Readonly<Record<string, string>> {
  return {
    'metadata.name': object.metadata.name ?? '',
    ...(resource.namespaced ? { 'metadata.namespace': object.metadata.namespace ?? '' } : {}),
    ...resource.strategy.selectableFields?.(object),
  }
}

export type { FieldSelector, LabelSelector }
