import type { YamlValue } from '@slipway/yaml'
import { failure } from '../errors.ts'
import { goJson } from '../go-json.ts'
import type { Resource } from '../resource/resource.ts'
import { field, getField } from '../tree/fields.ts'
import type { Node } from '../tree/node.ts'
import { valueOf } from '../tree/value.ts'
import { sha256Hex } from './sha256.ts'

const SAFE: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' }

/** The suffix that the content of a ConfigMap or Secret gives its name: ten letters that spell no bad word. */
export function nameHash(resource: Resource): string {
  const hex = sha256Hex(goJson(contentOf(resource)))
  return hex.slice(0, 10).replace(/[013ae]/g, (char) => SAFE[char] ?? char)
}

// kustomize means the name to count too, but looks for it in the wrong place: it is always ''.
function contentOf(resource: Resource): YamlValue {
  const { node, kind } = resource
  if (node === undefined || (kind !== 'ConfigMap' && kind !== 'Secret')) {
    throw failure(`a name hash for kind ${kind} is not supported: only ConfigMap and Secret have one`)
  }
  const extra = kind === 'ConfigMap' ? 'binaryData' : 'stringData'
  const content: { [key: string]: YamlValue } = { kind, name: '', data: partOf(node, 'data') }
  const more = field(node, extra)
  if (more !== undefined && more.kind === 'map') content[extra] = valueOf(more)
  if (kind === 'Secret') content['type'] = partOf(node, 'type')
  return content
}

function partOf(node: Node, name: string): YamlValue {
  const part = getField(node, name)
  if (part === undefined) return ''
  return part.kind === 'scalar' ? part.value : valueOf(part)
}
