import { load, parseFirst } from '@slipway/yaml'
import { decodeInto, type Shape } from '../decode/struct.ts'

/** What lint looks at in an object. */
export interface LintObject {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

const string: Shape = { kind: 'string' }
const SHAPE: Shape = {
  kind: 'struct',
  name: 'k8sYamlStruct',
  type: 'rules.k8sYamlStruct',
  pointer: false,
  fields: {
    apiVersion: string,
    Kind: string,
    Metadata: {
      kind: 'struct',
      name: 'k8sYamlMetadata',
      type: 'rules.k8sYamlMetadata',
      pointer: false,
      fields: { Namespace: string, Name: string },
    },
  },
}

/** The objects of a text and, where reading stopped, what is wrong (apimachinery's YAMLOrJSONDecoder). */
export function readObjects(text: string): { objects: LintObject[]; problem: string | undefined } {
  const objects: LintObject[] = []
  for (const part of splitStream(text)) {
    const read = readObject(part)
    if (typeof read === 'string') return { objects, problem: read }
    if (read !== undefined) objects.push(read)
  }
  return { objects, problem: undefined }
}

/** Documents as apimachinery splits them: at a line that is `---`. */
function splitStream(text: string): string[] {
  const parts = text.split(/\n---[^\S\n]*(?=\n|$)/)
  const [first = '', ...rest] = parts
  return [first.replace(/^---[^\S\n]*\n/, ''), ...rest].filter((part) => part.trim() !== '')
}

function readObject(text: string): LintObject | string | undefined {
  try {
    if (parseFirst(text, { dialect: 'sigs' }) === undefined) return undefined
    const data = load(text, { dialect: 'sigs', keepsFloats: true })
    if (data === null) return undefined
    const { value, problem } = decodeInto(SHAPE, data)
    if (problem !== undefined) return `error unmarshaling JSON: while decoding JSON: ${problem}`
    return objectOf(value as Record<string, unknown>)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function objectOf(raw: Record<string, unknown>): LintObject {
  const metadata = (raw['Metadata'] ?? {}) as Record<string, unknown>
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return { apiVersion: text(raw['apiVersion']), kind: text(raw['Kind']), name: text(metadata['Name']) }
}
