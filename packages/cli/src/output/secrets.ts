import { isRecord, type KubeObject } from '@slipway/objects'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const FIELDS = ['data', 'stringData'] as const
const SHORTEST = 8

/**
 * A stand-in for each value of Secrets, as Argo CD shows them: plus signs, as many for equal values and one more for each other value of a key, so that
 * a difference is seen and a value is not.
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

function isSecret({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion === 'v1' && kind === 'Secret'
}

function masked(object: object, standIn: StandIn): Fields {
  const fields = object as Fields
  const hidden = FIELDS.flatMap((field) => (isRecord(fields[field]) ? [[field, hide(fields[field], standIn)]] : []))
  return { ...fields, ...withoutLastApplied(fields, standIn), ...(Object.fromEntries(hidden) as Fields) }
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
