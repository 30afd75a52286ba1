import type { FieldPath, Origin } from '@slipway/diag'
import { isRecord, type KubeObject } from '@slipway/objects'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const FIELDS = ['data', 'stringData'] as const
const SHORTEST = 8

/**
 * A stand-in for each value of Secrets, as Argo CD shows them: plus signs, as many for equal values and one more for each other value of a key, so that
 * a difference is seen and a value is not. What is written as `stringData` is shown among `data`, where it goes to.
 */
export function secretMask(): (object: KubeObject) => KubeObject {
  const seen = new Map<string, string[]>()
  const standIn = (key: string, value: unknown): string => {
    const values = seen.get(key) ?? []
    const text = JSON.stringify(value)
    if (!values.includes(text)) values.push(text)
    seen.set(key, values)
    return '+'.repeat(SHORTEST + values.indexOf(text))
  }
  return (object) => (isSecret(object) ? (masked(object, standIn) as unknown as KubeObject) : object)
}

type StandIn = (key: string, value: unknown) => string
type Fields = Readonly<Record<string, unknown>>

/** Whether a field of an object is one that a Secret keeps to itself. */
export function isHidden(object: KubeObject, [first]: FieldPath): boolean {
  return isSecret(object) && FIELDS.some((field) => field === first)
}

/** A stand-in for a value of a Secret, or for each of a map of them. */
export function hidden(value: unknown): unknown {
  if (!isRecord(value)) return '+'.repeat(SHORTEST)
  return Object.fromEntries(Object.keys(value).map((key) => [key, '+'.repeat(SHORTEST)]))
}

/** Where a value of a Secret comes from, without the value. */
export function withoutValues({ value: _, argument, overrode, ...origin }: Origin): Origin {
  return {
    ...origin,
    ...(argument === undefined ? {} : { argument: argument.replace(/=.*$/s, '') }),
    ...(overrode === undefined ? {} : { overrode: overrode.map(withoutValues) }),
  }
}

function isSecret({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion === 'v1' && kind === 'Secret'
}

function masked(object: object, standIn: StandIn): Fields {
  const fields = object as Fields
  const values = FIELDS.map((field) => fields[field]).filter(isRecord)
  const { stringData: _, ...rest } = fields
  const data = values.length === 0 ? {} : { data: Object.assign({}, ...values.map((each) => hide(each, standIn))) }
  return { ...rest, ...withoutLastApplied(fields, standIn), ...data }
}

function hide(values: Fields, standIn: StandIn): Fields {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, standIn(key, value)]))
}

// The annotation holds the whole object once more.
function withoutLastApplied({ metadata }: Fields, standIn: StandIn): Fields {
  if (!isRecord(metadata) || !isRecord(metadata['annotations'])) return {}
  const { annotations } = metadata
  const text = annotations[LAST_APPLIED]
  if (text === undefined) return {}
  return { metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: maskedText(text, standIn) } } }
}

function maskedText(text: unknown, standIn: StandIn): string {
  try {
    const applied: unknown = JSON.parse(String(text))
    if (isRecord(applied)) return JSON.stringify(masked(applied, standIn))
  } catch {
    // What is no JSON is hidden whole.
  }
  return standIn(LAST_APPLIED, text)
}
