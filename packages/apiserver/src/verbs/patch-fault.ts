import { isRecord } from '@slipway/objects'
import { failure, type StatusError } from '../status.ts'

/** What the answer needs to know of a patch. */
interface Patch {
  readonly value: unknown
  readonly format: 'json' | 'merge' | 'strategic' | 'apply'
}

/**
 * The refusal of a patch that leaves an object of a wrong shape: k8s.io/apiserver/pkg/endpoints/handlers/patch.go. A strategic patch is shown as it was read,
 * the others by what they lead to.
 */
export function undecodable(why: string, patched: unknown, { value, format }: Patch): StatusError {
  const strategic = format === 'strategic'
  const shown = strategic ? goValue(leftOver(value)) : JSON.stringify(patched)
  const cause = {
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(shown)}: ${strategic ? reflected(why) : why}`,
    field: 'patch',
  }
  const details = { causes: [cause] }
  return failure({ code: 422, reason: 'Invalid', message: ` "" is invalid: patch: ${cause.message}`, details })
}

// A strategic patch that gives a value of a wrong type is refused by the reflection that reads it, not by the JSON decoder.
function reflected(why: string): string {
  const type = /of type (?:v\d\.)?(\w+)$/.exec(why)?.[1]
  return why.startsWith('json: cannot unmarshal') && type !== undefined ? `unrecognized type: ${type}` : why
}

const DIRECTIVE = /^\$(setElementOrder|deleteFromPrimitiveList)\/(.*)$/

// Upstream takes lists with directives out of the patch while it merges them, and shows what is left.
function leftOver(value: unknown): unknown {
  if (!isRecord(value)) return value
  const taken = new Set<string>(['$retainKeys'])
  for (const name of Object.keys(value)) {
    const list = DIRECTIVE.exec(name)?.[2]
    if (list !== undefined) taken.add(name).add(list)
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (taken.has(name) ? [] : [[name, leftOver(member)]])),
  )
}

/** A value as Go's `%v` prints it. */
function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (!isRecord(value)) return String(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `map[${entries.map(([name, member]) => `${name}:${goValue(member)}`).join(' ')}]`
}
