import { failure } from '../errors.ts'
import { clearField, demandKind, field, getField, isEmptyMap, rangeOf, setField } from '../tree/fields.ts'
import { Node, type NodeKind, isEmpty, isMissing, scalarNode } from '../tree/node.ts'
import { renderNode } from '../tree/render.ts'
import { addElements, findElement, keyValues, setElement, unifyValues, usedKeys } from './merge-lists.ts'
import type { MergeSchema, SchemaFinder } from './schema.ts'

type Directive = 'merge' | 'replace' | 'delete'

/**
 * kyaml's merge2 with lists growing at the front: merges a patch into a resource and gives what is left of it, undefined where the patch deletes it.
 * The target changes in place and takes nodes of the patch over.
 */
export function strategicMerge(target: Node, patch: Node, schemas: SchemaFinder): Node | undefined {
  return new Merge(schemas).walk({ dest: target, patch }, undefined)
}

interface Pair {
  readonly dest: Node | undefined
  readonly patch: Node | undefined
}

class Merge {
  readonly #schemas: SchemaFinder
  /** Nulls that were there before and that no patch touches: they stay. */
  readonly #kept = new Set<Node>()

  constructor(schemas: SchemaFinder) {
    this.#schemas = schemas
  }

  walk(pair: Pair, known: MergeSchema | undefined): Node | undefined {
    const schema = known ?? this.#schemaOf(pair.dest) ?? this.#schemaOf(pair.patch)
    const kind = kindOf(pair)
    if (kind !== undefined) {
      demandKind(pair.dest, kind)
      demandKind(pair.patch, kind)
    }
    if (kind === 'scalar') return pair.patch ?? pair.dest
    if (kind !== 'seq') return this.#map(pair, schema)
    if (schema?.mergeKeys !== undefined) return this.#list(pair, schema, schema.mergeKeys)
    takeStyle(pair)
    return pair.patch ?? pair.dest
  }

  #schemaOf(node: Node | undefined): MergeSchema | undefined {
    if (isMissing(node) || node.kind !== 'map') return undefined
    const kind = field(node, 'kind')
    const apiVersion = field(node, 'apiVersion')
    if (isEmpty(kind) || isEmpty(apiVersion)) return undefined
    return this.#schemas(apiVersion?.value ?? '', kind?.value ?? '')
  }

  #map(pair: Pair, schema: MergeSchema | undefined): Node | undefined {
    takeStyle(pair)
    const dest = this.#mapTarget(pair)
    if (dest === undefined) return undefined
    // From here on the target is what the merge goes into, which may be the patch itself.
    const now: Pair = { dest, patch: pair.patch }
    for (const name of fieldNames(now)) {
      const parts: Pair = { dest: partOf(now.dest, name), patch: partOf(now.patch, name) }
      const value = this.walk(parts, schema?.field(name))
      setField(dest, name, value, {
        keepNull: value !== undefined && this.#kept.has(value),
        ...keyStyle(now, name, value),
      })
    }
    return dest
  }

  #mapTarget({ dest, patch }: Pair): Node | undefined {
    // `key: null` stays where no patch touches it, `key:` does not.
    const keeps = dest !== undefined && dest.value !== '' && patch === undefined
    if (keeps && dest.tag === '!!null') {
      this.#kept.add(dest)
      return dest
    }
    if (isMissing(dest)) {
      if (patch !== undefined && patch.kind === 'map' && directiveQuietly(patch) === 'delete') return undefined
      return patch
    }
    if (patch !== undefined && isMissing(patch)) return undefined
    const directive = patch === undefined ? 'merge' : mapDirective(patch)
    if (directive === 'delete') return undefined
    return directive === 'replace' ? patch : dest
  }

  #list(pair: Pair, schema: MergeSchema, keys: readonly string[]): Node | undefined {
    takeStyle(pair)
    const dest = listTarget(pair)
    if (dest === undefined) return undefined
    const now: Pair = { dest, patch: pair.patch }
    if (keys.length === 0) return this.#merged(now, { schema, keys: [''], all: plainValues(now) })
    const all = distinct([...keyValues(now.patch, keys), ...keyValues(now.dest, keys)])
    return this.#merged(now, { schema, keys, all: keys.length > 1 ? unifyValues(all) : all })
  }

  // The patch's items come first, in the patch's order, then what the target had besides.
  #merged(
    pair: Pair,
    of: { schema: MergeSchema; keys: readonly string[]; all: readonly string[][] },
  ): Node | undefined {
    const { dest } = pair
    if (dest === undefined) return undefined
    const added = new Node('seq', '!!seq')
    let used: { keys: string[]; values: string[] } = { keys: [], values: [] }
    for (const values of of.all) {
      if (values.length === 0) continue
      used = usedKeys(of.all, of.keys, values)
      const value = this.walk(elementsFor(pair, used), of.schema.items)
      if (isMissing(value) || isEmptyMap(value)) setElement(dest, used.keys, used.values, undefined)
      else {
        for (const [at, key] of used.keys.entries()) completeKey(value, key, used.values[at] ?? '')
        setElement(added, used.keys, used.values, value)
      }
    }
    if (of.all.length === 0) return dest
    addElements(added, dest, used.keys)
    added.at = dest.at
    added.maker = dest.maker
    added.before = dest.before
    added.style = dest.style
    return added
  }
}

function completeKey(item: Node, key: string, value: string): void {
  if (key !== '' && item.kind === 'map' && field(item, key) === undefined && value !== '')
    setField(item, key, scalarNode(value))
}

function elementsFor(pair: Pair, used: { keys: readonly string[]; values: readonly string[] }): Pair {
  const { keys, values } = usedKeys([used.values], used.keys, used.values)
  return { dest: findElement(pair.dest, keys, values), patch: findElement(pair.patch, keys, values) }
}

function plainValues(pair: Pair): string[][] {
  const values = new Set([...(pair.patch?.content ?? []), ...(pair.dest?.content ?? [])].map((item) => item.value))
  return [...values].map((value) => [value])
}

function distinct(all: readonly string[][]): string[][] {
  const seen = new Set<string>()
  return all.filter((values) => {
    const key = JSON.stringify(values)
    return values.length > 0 && !seen.has(key) && seen.add(key)
  })
}

function kindOf({ dest, patch }: Pair): NodeKind | undefined {
  if (!isMissing(dest)) return dest.kind
  return isMissing(patch) ? undefined : patch.kind
}

function fieldNames({ dest, patch }: Pair): string[] {
  const names = new Set<string>()
  for (const node of [dest, patch]) {
    if (node === undefined || node.kind !== 'map') continue
    for (let at = 0; at < node.content.length; at += 2) names.add(node.content[at]?.value ?? '')
  }
  return [...names].sort()
}

function partOf(node: Node | undefined, name: string): Node | undefined {
  return field(node, name)
}

function keyStyle(pair: Pair, name: string, value: Node | undefined): { keyStyle?: Node['style'] } {
  const source = value !== undefined && field(pair.patch, name) === value ? pair.patch : pair.dest
  const at = source?.content.findIndex((key, index) => index % 2 === 0 && key.value === name) ?? -1
  const key = at < 0 ? undefined : source?.content[at]
  return key === undefined ? {} : { keyStyle: key.style }
}

// An empty target takes the flow or block style of the patch.
function takeStyle({ dest, patch }: Pair): void {
  if (dest !== undefined && patch !== undefined && dest.kind !== 'scalar' && dest.content.length === 0)
    dest.style = patch.style
}

function listTarget({ dest, patch }: Pair): Node | undefined {
  if (isMissing(dest)) return patch
  if (patch !== undefined && isMissing(patch)) return undefined
  const directive = patch === undefined ? 'merge' : listDirective(patch)
  if (directive === 'delete') return undefined
  return directive === 'replace' ? patch : dest
}

function directiveQuietly(patch: Node): Directive | undefined {
  const value = field(patch, '$patch')?.value
  if (value !== 'delete' && value !== 'replace' && value !== 'merge') return undefined
  clearField(patch, '$patch')
  return value
}

function mapDirective(patch: Node): Directive {
  if (patch.kind !== 'map') throw noStrategy(patch)
  const node = getField(patch, '$patch')
  if (node === undefined) return 'merge'
  const directive = asDirective(node)
  clearField(patch, '$patch')
  return directive
}

function listDirective(patch: Node): Directive {
  if (patch.kind !== 'seq') throw noStrategy(patch)
  const item = patch.content.find((each) => each.kind === 'map' && field(each, '$patch') !== undefined)
  const node = field(item, '$patch')
  if (item === undefined || node === undefined || item.content.length > 2) return 'merge'
  const directive = asDirective(node)
  setElement(patch, ['$patch'], [directive], undefined)
  return directive
}

function asDirective(node: Node): Directive {
  const { value } = node
  if (value === 'merge' || value === 'replace' || value === 'delete') return value
  throw failure(`unknown patch strategy '${value}'`, { range: rangeOf(node) })
}

function noStrategy(patch: Node): Error {
  const tag = patch.tag === '' ? '!!str' : patch.tag
  return failure(`no implemented strategic merge patch strategy for '${tag}' ('${renderNode(patch)}')`, {
    range: rangeOf(patch),
  })
}
