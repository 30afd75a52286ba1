import type { Maker, Node } from '../tree/node.ts'
import type { Resource } from '../resource/resource.ts'
import type { UnusedEntry } from './context.ts'

const SUBJECTS: ReadonlySet<string> = new Set([
  'labels',
  'commonLabels',
  'commonAnnotations',
  'namePrefix',
  'nameSuffix',
])
/** What adds a part to a value and leaves the rest of it. */
const ADDS: ReadonlySet<string> = new Set([
  'namePrefix',
  'nameSuffix',
  'hash',
  'PrefixTransformer',
  'SuffixTransformer',
  'PrefixSuffixTransformer',
  'ValueAddTransformer',
])

/** Pairs of labels and annotations, prefixes and suffixes of which nothing is left in the objects, because later entries replaced them everywhere. */
export function overriddenEntries(resources: readonly Resource[]): UnusedEntry[] {
  const lost = new Map<string, Maker>()
  const kept = new Set<string>()
  const seen = new Set<Node>()
  const visit = (node: Node): void => {
    follow(node)
    // Keys keep the maker that first wrote them; it is the value that counts.
    const values = node.kind === 'map' ? node.content.filter((_, at) => at % 2 === 1) : node.content
    for (const each of values) visit(each)
  }
  const follow = (node: Node): void => {
    let stays = true
    for (let each: Node | undefined = node; each !== undefined; each = each.before) {
      note(each, stays)
      // A value that was copied from elsewhere holds what had gone into it there.
      if (stays) followSources(each)
      stays &&= each.maker !== undefined && ADDS.has(each.maker.subject)
    }
  }
  const followSources = ({ maker }: Node): void => {
    for (const source of maker?.from ?? []) {
      if (seen.has(source)) continue
      seen.add(source)
      follow(source)
    }
  }
  const note = ({ maker }: Node, stays: boolean): void => {
    if (maker?.at === undefined || !SUBJECTS.has(maker.subject)) return
    const key = `${maker.at.source.file}:${maker.at.start}`
    if (stays) kept.add(key)
    else lost.set(key, maker)
  }
  for (const { node } of resources) if (node !== undefined) visit(node)
  return [...lost]
    .filter(([key]) => !kept.has(key))
    .map(([, maker]) => ({ maker, reason: 'overridden by a later entry' }))
}
