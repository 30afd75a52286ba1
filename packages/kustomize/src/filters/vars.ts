import type { FieldSpec } from '../config/field-spec.ts'
import type { VarEntry } from '../config/kustomization.ts'
import { failure } from '../errors.ts'
import { type Gvk, type ResId, formatGvk } from '../resource/gvk.ts'
import type { Resource } from '../resource/resource.ts'
import { entriesOf } from '../tree/fields.ts'
import { type Maker, type Node, isMissing, isStringNode } from '../tree/node.ts'
import { lookup, splitSmart } from '../tree/path.ts'
import { valueOf } from '../tree/value.ts'
import { visitFieldSpec } from './field-path.ts'

/** A variable with its defaults filled in. */
export interface Variable {
  readonly name: string
  readonly target: ResId
  readonly fieldPath: string
  /** The path as it stands in the file: messages before the variable is taken in show it so. */
  readonly statedPath: string
  readonly maker: Maker | undefined
}

/** A variable of a kustomization. */
export function variableOf(entry: VarEntry, maker: Maker | undefined): Variable {
  const { objref = {}, fieldref = {}, name = '' } = entry
  const target = { ...gvkOf(objref), name: objref.name ?? '', namespace: objref.namespace ?? '', clusterScoped: false }
  const statedPath = fieldref.fieldPath ?? ''
  return { name, target, statedPath, fieldPath: statedPath || 'metadata.name', maker }
}

function gvkOf(objref: NonNullable<VarEntry['objref']>): Gvk {
  const { apiVersion = '', group = '', version = '', kind = '' } = objref
  if (apiVersion === '') return { group, version, kind }
  const parts = apiVersion.split('/')
  if (parts.length === 2) return { group: parts[0] ?? '', version: parts[1] ?? '', kind }
  return parts.length === 1 ? { group, version: apiVersion, kind } : { group, version, kind }
}

type Primitive = string | number | bigint | boolean

interface Resolved {
  readonly value: unknown
  readonly maker: Maker | undefined
}

/** Puts the values of variables into all fields that may hold one, and gives the names of those that were used nowhere. */
export function resolveVariables(
  resources: readonly Resource[],
  variables: readonly Variable[],
  fields: readonly FieldSpec[],
): string[] {
  const values = new Map<string, Resolved>()
  for (const variable of [...variables].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { value, node } = valueFor(resources, variable)
    const maker =
      variable.maker === undefined || node === undefined
        ? variable.maker
        : { ...variable.maker, from: [node.snapshot()] }
    values.set(variable.name, { value, maker })
  }
  const used = new Set<string>()
  for (const { node } of resources) {
    if (node === undefined) continue
    for (const spec of fields) visitFieldSpec(node, spec, { set: (found) => setNode(found, values, used) })
  }
  return [...values.keys()].filter((name) => !used.has(name))
}

function valueFor(resources: readonly Resource[], variable: Variable): { value: unknown; node: Node } {
  const source = resources.find((each) => each.refVarNames.includes(variable.name))
  if (source === undefined) {
    throw failure(`var '${describeVariable(variable)}' cannot be mapped to a field in the set of known resources`)
  }
  const found =
    source.node === undefined ? undefined : lookup(source.node, indexParts(splitSmart(variable.fieldPath, '.')))
  if (found === undefined || isOddNumber(found))
    throw failure(`field specified in var '${describeVariable(variable)}' not found in corresponding resource`)
  if (found.kind !== 'scalar') return { value: valueOf(found), node: found }
  // As kyaml reads it: by the tag, a scalar of unknown type as text.
  return { value: found.tag === '' || found.tag === '!!null' ? found.value : valueOf(found), node: found }
}

// What YAML takes for a number is read by Go's functions for decimal ones.
function isOddNumber({ kind, tag, value }: Node): boolean {
  if (kind !== 'scalar') return false
  if (tag === '!!int') return !/^[-+]?\d+$/.test(value) || BigInt.asIntN(64, BigInt(value)) !== BigInt(value)
  return tag === '!!float' && /^[-+]?\.(?:inf|nan)$/i.test(value)
}

/** A variable as messages show it. */
export function describeVariable({ target, name, fieldPath }: Variable): string {
  return `{${name} ${formatGvk(target)} {${fieldPath}}}`
}

// `containers[0]` counts as two parts.
function indexParts(parts: readonly string[]): string[] {
  return parts.flatMap((part) => {
    const match = /^(.*)\[(\d+)\]$/.exec(part)
    return match === null ? [part] : [match[1] ?? '', match[2] ?? ''].filter((each) => each !== '')
  })
}

function setNode(node: Node, values: ReadonlyMap<string, Resolved>, used: Set<string>): void {
  if (isMissing(node)) return
  if (node.kind === 'scalar') {
    if (isStringNode(node)) update(node, values, used)
  } else if (node.kind === 'seq') {
    for (const item of node.content) {
      if (!isStringNode(item)) throw failure('invalid value type expect a string')
      update(item, values, used)
    }
  } else for (const [key, value] of entriesOf(node)) setEntry(key, value, { values, used })
}

function setEntry(key: Node, value: Node, at: { values: ReadonlyMap<string, Resolved>; used: Set<string> }): void {
  if (!isStringNode(key)) throw failure(`invalid map key: value='${key.value}', tag='${key.tag}'`)
  if (isStringNode(value)) update(value, at.values, at.used)
}

function update(node: Node, values: ReadonlyMap<string, Resolved>, used: Set<string>): void {
  let maker: Maker | undefined
  const result = expand(node.value, (name) => {
    const resolved = values.get(name)
    if (resolved === undefined || typeof resolved.value === 'object') return `$(${name})`
    used.add(name)
    maker = joinedMaker(maker, resolved.maker)
    return resolved.value as Primitive
  })
  if (result !== node.value) node.setText(String(result), maker)
  node.tag = tagOf(result)
  node.style = ''
}

// A text may have several variables in it: all of them made it.
function joinedMaker(first: Maker | undefined, second: Maker | undefined): Maker | undefined {
  if (first === undefined || second === undefined) return second ?? first
  return { ...second, from: [...(first.from ?? []), ...(second.from ?? [])] }
}

function tagOf(value: Primitive): string {
  if (typeof value === 'boolean') return '!!bool'
  if (typeof value === 'string') return '!!str'
  return typeof value === 'number' && !Number.isInteger(value) ? '!!float' : '!!int'
}

/** Kubernetes' `$(NAME)` expansion: `$$` is a dollar, an unknown name stays; a text that is one reference keeps the value's type. */
export function expand(input: string, valueFor: (name: string) => Primitive): Primitive {
  const whole = /^\$\(([^)]*)\)$/.exec(input)
  if (whole !== null) return valueFor(whole[1] ?? '')
  return input.replace(/\$(?:\$|\(([^)]*)\)|\(|(?=.))/gs, (match, name?: string) => {
    if (match === '$$') return '$'
    return name === undefined ? match : String(valueFor(name))
  })
}
