import type { SortOptions } from '../config/kustomization.ts'
import { failure } from '../errors.ts'
import { LEGACY_ORDER, type ResId, formatGvk, ranksOf, sameGvk, sortTextOfGvk } from '../resource/gvk.ts'
import type { Resource } from '../resource/resource.ts'

/** Resources in the wanted order. */
export function sortResources(resources: readonly Resource[], options: SortOptions): Resource[] {
  const order = options.order ?? ''
  if (order !== 'fifo' && order !== 'legacy')
    throw failure("the field 'sortOptions.order' must be one of [fifo, legacy]")
  if (order === 'fifo') {
    if (options.legacySortOptions === undefined) return [...resources]
    throw failure(
      "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
    )
  }
  const { orderFirst, orderLast } = options.legacySortOptions ?? {
    orderFirst: LEGACY_ORDER.first,
    orderLast: LEGACY_ORDER.last,
  }
  const ranks = ranksOf(orderFirst ?? [], orderLast ?? [])
  const keyed = resources.map((resource) => keyedBy(resource, ranks))
  keyed.sort(compareKeys)
  return keyed.map(({ resource }) => resource)
}

/** A resource with the texts it is compared by: made once each, not in every comparison. */
interface Keyed {
  readonly resource: Resource
  readonly id: ResId
  readonly rank: number
  readonly gvk: string
  readonly text: string
}

function keyedBy(resource: Resource, ranks: ReadonlyMap<string, number>): Keyed {
  const { id } = resource
  return { resource, id, rank: ranks.get(id.kind) ?? 0, gvk: sortTextOfGvk(id), text: idText(id) }
}

function compareKeys(a: Keyed, b: Keyed): number {
  if (sameGvk(a.id, b.id)) return compare(a.text, b.text)
  if (a.rank !== b.rank) return a.rank - b.rank
  const order = compare(a.gvk, b.gvk)
  // A Namespace of another group comes before the real one.
  return isNamespace(a.id) && isNamespace(b.id) && (a.id.group === '' || b.id.group === '') ? -order : order
}

function isNamespace(id: ResId): boolean {
  return id.kind === 'Namespace'
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function idText(id: ResId): string {
  return `${formatGvk(id)}|${id.namespace || '~X'}|${id.name || '~N'}`
}
