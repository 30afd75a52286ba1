import type { FieldSpec } from '../../config/field-spec.ts'
import { failure } from '../../errors.ts'
import { type SubjectMode, setNamespace } from '../../filters/namespace.ts'
import { goJson } from '../../go-json.ts'
import { type ResId, keyOfId } from '../../resource/gvk.ts'
import type { ResMap } from '../../resource/resmap.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Maker } from '../../tree/node.ts'
import type { BuildContext } from '../context.ts'
import type { Operation } from './operation.ts'

/** What the namespace operation does. */
export interface NamespaceOptions {
  readonly namespace: string
  readonly fields: readonly FieldSpec[]
  readonly unsetOnly: boolean
  readonly subjects: SubjectMode
  readonly maker: Maker | undefined
}

/** Sets the namespace; two resources may not become one. */
export function changeNamespace(options: NamespaceOptions, context: BuildContext): Operation {
  return (map) => {
    if (options.namespace === '') return
    const counts = new Map<string, number>()
    const count = (id: ResId, by: number): number => {
      const key = keyOfId(id)
      const next = (counts.get(key) ?? 0) + by
      counts.set(key, next)
      return next
    }
    for (const resource of map.resources) count(resource.id, 1)
    for (const resource of map.resources) {
      if (resource.node === undefined || resource.isGone || resource.helmGenerated) continue
      count(resource.id, -1)
      resource.rememberId()
      setNamespace(resource.node, { ...options, scopes: context.scopes })
      if (count(resource.id, 1) !== 1) throw conflict(map, resource)
    }
    map.touch()
  }
}

function conflict(map: ResMap, resource: Resource): Error {
  const key = keyOfId(resource.id)
  const texts = map.resources.filter((each) => keyOfId(each.id) === key).map((each) => goJson(each.value))
  return failure(`namespace transformation produces ID conflict: [${texts.join(' ')}]`)
}
