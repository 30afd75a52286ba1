import type { FieldPath, Origin, Origins } from '@slipway/diag'
import { field, rangeOf, rangeOfExtent } from '../tree/fields.ts'
import type { Maker, Node } from '../tree/node.ts'

/** The origins of a built object, read from its nodes when asked. */
export function originsOf(root: Node | undefined): Origins {
  return { of: (path) => originsAt(root, path) }
}

function originsAt(root: Node | undefined, path: FieldPath): readonly Origin[] {
  let node = root
  for (const part of path) {
    node = typeof part === 'number' ? (node?.kind === 'seq' ? node.content[part] : undefined) : field(node, part)
  }
  if (node === undefined) return []
  const [latest, ...earlier] = chainOf(node)
  if (latest === undefined) return []
  const whole = earlier.length === 0 ? latest : { ...latest, overrode: earlier }
  return [whole, ...sourcesOf(node, new Set())]
}

// What the value was made of elsewhere: the data behind a hash, the name behind a reference, the source of a replacement.
function sourcesOf(node: Node, seen: Set<Node>): Origin[] {
  const found: Origin[] = []
  for (let each: Node | undefined = node; each !== undefined; each = each.before) {
    for (const source of each.maker?.from ?? []) {
      if (seen.has(source)) continue
      seen.add(source)
      found.push(...chainOf(source), ...sourcesOf(source, seen))
    }
  }
  return found
}

// Latest first; a place that is named twice in a row counts once.
function chainOf(node: Node): Origin[] {
  const chain: Origin[] = []
  for (let each: Node | undefined = node; each !== undefined; each = each.before) {
    const origin = originOf(each)
    const last = chain.at(-1)
    if (origin !== undefined && (last === undefined || !samePlace(last, origin))) chain.push(origin)
  }
  return chain
}

function originOf(node: Node): Origin | undefined {
  const { maker } = node
  const value = node.kind === 'scalar' ? { value: node.value } : {}
  if (maker !== undefined) return { ...originOfMaker(maker), ...value }
  const at = rangeOf(node)
  return at === undefined ? undefined : { kind: 'resource', at, ...value }
}

function originOfMaker({ kind, subject, at }: Maker): Origin {
  const range = rangeOfExtent(at)
  return { kind, subject, ...(range === undefined ? {} : { at: range }) }
}

function samePlace(a: Origin, b: Origin): boolean {
  return a.kind === b.kind && a.at?.file === b.at?.file && a.at?.start.offset === b.at?.start.offset
}
