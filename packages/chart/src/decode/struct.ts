import { compareBytes } from '@slipway/diag'
import { YamlFloat } from '@slipway/yaml'

/** A Go type that YAML is decoded into, by way of JSON as sigs.k8s.io/yaml does. */
export type Shape =
  | { readonly kind: 'string' | 'bool' | 'any' | 'time' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | {
      readonly kind: 'struct'
      /** The type's own name, '' for one without. */
      readonly name: string
      /** Package and name, as Go prints it where no field is named. */
      readonly type: string
      /** A pointer may be null. */
      readonly pointer: boolean
      /** Shapes by JSON name. */
      readonly fields: Readonly<Record<string, Shape>>
    }

/** What was decoded and the first thing that did not fit; Go goes on behind it, too. */
export interface Decoded {
  readonly value: unknown
  readonly problem: string | undefined
}

/** Decodes plain data; texts get the numbers and booleans that stand where they belong. */
export function decodeInto(shape: Shape, data: unknown): Decoded {
  const decoder = new Decoder()
  const value = decoder.read(shape, data, { struct: '', path: [] })
  return { value, problem: decoder.problem }
}

interface Place {
  readonly struct: string
  readonly path: readonly string[]
}

class Decoder {
  problem: string | undefined

  read(shape: Shape, data: unknown, place: Place): unknown {
    if (data === null || data === undefined) return shape.kind === 'any' ? null : undefined
    switch (shape.kind) {
      case 'any':
        return plain(data)
      case 'string':
      case 'time':
        return this.#text(shape, data, place)
      case 'bool':
        return typeof data === 'boolean' ? data : this.#mismatch(shape, data, place)
      case 'list':
        if (!Array.isArray(data)) return this.#mismatch(shape, data, place)
        return data.map((item: unknown) => this.read(shape.of, item, place) ?? null)
      default:
        return this.#members(shape, data, place)
    }
  }

  #members(shape: Shape & { kind: 'map' | 'struct' }, data: unknown, place: Place): unknown {
    if (typeof data !== 'object' || data === null || Array.isArray(data) || data instanceof YamlFloat)
      return this.#mismatch(shape, data, place)
    const out: Record<string, unknown> = {}
    for (const key of Object.keys(data).sort(compareBytes)) {
      const item = (data as Record<string, unknown>)[key]
      if (shape.kind === 'map') out[key] = this.read(shape.of, item, place) ?? zeroOf(shape.of)
      else this.#field(out, shape, { key, item, place })
    }
    return out
  }

  #field(
    out: Record<string, unknown>,
    shape: Shape & { kind: 'struct' },
    of: { key: string; item: unknown; place: Place },
  ): void {
    const name = Object.hasOwn(shape.fields, of.key) ? of.key : foldedName(shape.fields, of.key)
    const field = name === undefined ? undefined : shape.fields[name]
    if (name === undefined || field === undefined) return
    const value = this.read(field, of.item, { struct: shape.name, path: [...of.place.path, name] })
    if (value !== undefined) out[name] = value
  }

  #text(shape: Shape, data: unknown, place: Place): unknown {
    if (typeof data === 'string') return data
    if (typeof data === 'boolean' || typeof data === 'bigint' || typeof data === 'number') return String(data)
    if (data instanceof YamlFloat) return data.text
    return this.#mismatch(shape, data, place)
  }

  #mismatch(shape: Shape, data: unknown, place: Place): undefined {
    const into = place.path.length === 0 ? 'value' : `struct field ${place.struct}.${place.path.join('.')}`
    this.problem ??= `json: cannot unmarshal ${kindOf(data)} into Go ${into} of type ${typeName(shape)}`
    return undefined
  }
}

function foldedName(fields: Readonly<Record<string, Shape>>, key: string): string | undefined {
  const lower = key.toLowerCase()
  return Object.keys(fields).find((name) => name.toLowerCase() === lower)
}

/** The same with numbers in place of floats. */
function plain(data: unknown): unknown {
  if (data instanceof YamlFloat) return data.value
  if (Array.isArray(data)) return data.map(plain)
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, plain(value)]))
}

function zeroOf(shape: Shape): unknown {
  if (shape.kind === 'string') return ''
  return shape.kind === 'bool' ? false : null
}

function kindOf(data: unknown): string {
  if (Array.isArray(data)) return 'array'
  if (data instanceof YamlFloat) return 'number'
  switch (typeof data) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'number':
    case 'bigint':
      return 'number'
    default:
      return 'object'
  }
}

function typeName(shape: Shape): string {
  switch (shape.kind) {
    case 'any':
      return 'interface {}'
    case 'time':
      return 'time.Time'
    case 'list':
      return `[]${typeName(shape.of)}`
    case 'map':
      return `map[string]${typeName(shape.of)}`
    case 'struct':
      return shape.type
    default:
      return shape.kind
  }
}
