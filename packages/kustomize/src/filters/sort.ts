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
  const keyed = resources.map((resource) => ({ resource, id: resource.id }))
  keyed.sort((a, b) => compareIds(a.id, b.id, ranks))
  return keyed.map(({ resource }) => resource)
}

function compareIds(a: ResId, b: ResId, ranks: ReadonlyMap<string, number>): number {
  if (sameGvk(a, b)) return compare(idText(a), idText(b))
  const rank = (ranks.get(a.kind) ?? 0) - (ranks.get(b.kind) ?? 0)
  if (rank !== 0) return rank
  const order = compare(sortTextOfGvk(a), sortTextOfGvk(b))
  // A Namespace of another group comes before the real one.
  return a.kind === 'Namespace' && b.kind === 'Namespace' && (a.group === '' || b.group === '') ? -order : order
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function idText(id: ResId): string {
  return `${formatGvk(id)}|${id.namespace || '~X'}|${id.name || '~N'}`
}
