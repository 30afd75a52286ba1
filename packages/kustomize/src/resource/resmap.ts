import { failure } from '../errors.ts'
import { type ResId, formatId, keyOfId } from './gvk.ts'
import type { Resource } from './resource.ts'

/** Resources in order, found by identity without looking at each. */
export class ResMap {
  #list: Resource[]
  #current: Map<string, Resource[]> | undefined
  #any: Map<string, Resource[]> | undefined
  #named: Map<string, Resource[]> | undefined
  /** No two resources have the same identity, as far as that was looked at since identities changed. */
  #distinct = false

  constructor(list: readonly Resource[] = []) {
    this.#list = [...list]
  }

  get resources(): readonly Resource[] {
    return this.#list
  }

  /** Says that names, namespaces or kinds may have changed. */
  touch(): void {
    this.#current = undefined
    this.#any = undefined
    this.#named = undefined
    this.#distinct = false
  }

  append(resource: Resource): void {
    const index = this.#currentIndex()
    const { id } = resource
    const key = keyOfId(id)
    if (index.has(key)) {
      throw failure(`may not add resource with an already registered id: ${formatId(id)}`, { range: resource.range })
    }
    index.set(key, [resource])
    this.#list.push(resource)
    this.#any = undefined
    this.#named = undefined
  }

  appendAll(resources: Iterable<Resource>): void {
    for (const resource of resources) this.append(resource)
  }

  /** Puts a resource in the place of another. */
  replace(old: Resource, by: Resource): void {
    const at = this.#list.indexOf(old)
    if (at >= 0) this.#list[at] = by
    this.touch()
  }

  setAll(resources: readonly Resource[]): void {
    this.#list = [...resources]
    this.touch()
  }

  /** Throws where two resources have the same identity. */
  demandDistinct(): void {
    if (this.#distinct) return
    new ResMap().appendAll(this.#list)
    this.#distinct = true
  }

  /** The identity of the first resource that shares its own, and with how many. */
  firstShared(): { id: ResId; count: number } | undefined {
    for (const { id } of this.#list) {
      const count = this.byCurrentId(id).length
      if (count > 1) return { id, count }
    }
    return undefined
  }

  dropGone(): void {
    if (this.#list.some((each) => each.isGone)) this.setAll(this.#list.filter((each) => !each.isGone))
  }

  /** Resources with this identity now. */
  byCurrentId(id: ResId): readonly Resource[] {
    return this.#currentIndex().get(keyOfId(id)) ?? []
  }

  /** Resources that have or had this identity. */
  byAnyId(id: ResId): readonly Resource[] {
    return this.#anyIndex().get(keyOfId(id)) ?? []
  }

  /** The only resource that has or had this identity. */
  demand(id: ResId): Resource {
    const found = this.byAnyId(id)
    const [first] = found
    if (first !== undefined && found.length === 1) return first
    const problem = found.length > 1 ? 'multiple matches for Id' : 'no matches for Id'
    throw failure(`${problem} ${formatId(id)}; failed to find unique target for patch ${formatId(id)}`)
  }

  /** Resources that have or came with a name, in order. */
  named(name: string): readonly Resource[] {
    this.#named ??= indexBy(this.#list, (each) => [each.id.name, each.originalId.name])
    return this.#named.get(name) ?? []
  }

  #currentIndex(): Map<string, Resource[]> {
    this.#current ??= indexBy(this.#list, (each) => [keyOfId(each.id)])
    return this.#current
  }

  #anyIndex(): Map<string, Resource[]> {
    this.#any ??= indexBy(
      this.#list.filter((each) => !each.isGone),
      (each) => each.allIds.map(keyOfId),
    )
    return this.#any
  }
}

function indexBy(
  list: readonly Resource[],
  keysOf: (resource: Resource) => readonly string[],
): Map<string, Resource[]> {
  const index = new Map<string, Resource[]>()
  for (const resource of list) {
    for (const key of new Set(keysOf(resource))) {
      const found = index.get(key)
      if (found === undefined) index.set(key, [resource])
      else found.push(resource)
    }
  }
  return index
}
