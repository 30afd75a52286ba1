import type { Maker, Node } from '../tree/node.ts'
import type { Resource } from '../resource/resource.ts'
import type { UnusedEntry } from './context.ts'

/** Entries whose every value was replaced by a later one: pairs of labels and annotations. */
const SUBJECTS: ReadonlySet<string> = new Set(['labels', 'commonLabels', 'commonAnnotations'])

/** Pairs of labels and annotations of which nothing is left in the objects, because later ones replaced them everywhere. */
export function overriddenEntries(resources: readonly Resource[]): UnusedEntry[] {
  const lost = new Map<string, Maker>()
  const kept = new Set<string>()
  const visit = (node: Node): void => {
    for (let each: Node | undefined = node; each !== undefined; each = each.before) note(each, each === node)
    // Keys keep the maker that first wrote them; it is the value that counts.
    const values = node.kind === 'map' ? node.content.filter((_, at) => at % 2 === 1) : node.content
    for (const each of values) visit(each)
  }
  const note = ({ maker }: Node, latest: boolean): void => {
    if (maker?.at === undefined || !SUBJECTS.has(maker.subject)) return
    const key = `${maker.at.source.file}:${maker.at.start}`
    if (latest) kept.add(key)
    else lost.set(key, maker)
  }
  for (const { node } of resources) if (node !== undefined) visit(node)
  return [...lost]
    .filter(([key]) => !kept.has(key))
    .map(([, maker]) => ({ maker, reason: 'overridden by a later entry' }))
}
