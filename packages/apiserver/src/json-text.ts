import { isRecord, type KubeObject } from '@slipway/objects'

/** What `encoding/json` refuses is ten times as deep; what is this deep is an attack on whatever recurses. */
export const DEEPEST = 1000

/** True when a value nests deeper than {@link DEEPEST}, or than the levels that are left of it. */
export function isTooDeep(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return false
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  return levels === 0 ? members.length > 0 : members.some((member) => isTooDeep(member, levels - 1))
}

interface Open {
  readonly path: string
  /** The members of an object so far; undefined in a list. */
  readonly names: Set<string> | undefined
  index: number
  name: string
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g

/** The fields that are there twice in a valid JSON text, as `metadata.name`, each once: parsing keeps the last one and says nothing. */
export function duplicateFields(text: string): readonly string[] {
  const found = new Set<string>()
  const stack: Open[] = []
  let expectsName = false
  for (const [token] of text.matchAll(TOKEN)) {
    const top = stack.at(-1)
    if (token === '{' || token === '[') {
      stack.push({ path: pathIn(top), names: token === '{' ? new Set() : undefined, index: 0, name: '' })
      expectsName = token === '{'
    } else if (token === '}' || token === ']') {
      stack.pop()
      expectsName = false
    } else if (token === ',' && top !== undefined) {
      top.index++
      expectsName = top.names !== undefined
    } else if (expectsName && top?.names !== undefined) {
      top.name = JSON.parse(token) as string
      if (top.names.has(top.name)) found.add(pathIn(top))
      top.names.add(top.name)
      expectsName = false
    }
  }
  return [...found]
}

function pathIn(top: Open | undefined): string {
  if (top === undefined) return ''
  if (top.names === undefined) return `${top.path}[${top.index}]`
  return top.path === '' ? top.name : `${top.path}.${top.name}`
}

/** The first field of an object's bytes that is no base64, and at which byte: `illegal base64 data at input byte 1`. */
export function brokenBytes(object: KubeObject): { readonly field: string; readonly message: string } | undefined {
  const name = object.kind === 'Secret' ? 'data' : 'binaryData'
  if (object.kind !== 'Secret' && object.kind !== 'ConfigMap') return undefined
  const data = object[name]
  for (const [key, value] of Object.entries(isRecord(data) ? data : {})) {
    const at = typeof value === 'string' ? brokenAt(value) : -1
    if (at >= 0) return { field: `${name}[${key}]`, message: `illegal base64 data at input byte ${at}` }
  }
  return undefined
}

function brokenAt(text: string): number {
  const foreign = text.search(/[^A-Za-z0-9+/=\r\n]/)
  if (foreign >= 0) return foreign
  const digits = text.replace(/[\r\n]/g, '')
  const early = /=(?=.*[^=])|={3,}$/s.exec(digits)
  if (early !== null) return early.index
  return digits.length % 4 === 0 ? -1 : digits.length - (digits.length % 4)
}
