import { messageOf, type Diagnostic, type FieldPath, type SourceRange } from '@slipway/diag'
import { isRecord, type KubeObject } from '@slipway/objects'
import { dereference, load, parseAll, parseDocuments, toValue, type YamlNode } from '@slipway/yaml'

/** One object of a manifest file, and where its fields stand in it. */
export interface Manifest {
  readonly object: KubeObject
  readonly placeOf: (path: FieldPath) => SourceRange | undefined
}

/** The objects of a manifest file; lists (`kind: List`) are taken apart, empty documents skipped. */
export interface Manifests {
  readonly manifests: readonly Manifest[]
  /** A syntax fault, and documents that are no Kubernetes objects. */
  readonly diagnostics: readonly Diagnostic[]
}

/** The first document of a YAML text as plain data, for files that are no manifests, such as a kustomization; undefined when it is not a map. */
export function readYamlMap(text: string): Record<string, unknown> | undefined {
  const value = load(text, { dialect: 'sigs' })
  return isRecord(value) ? value : undefined
}

/** The syntax fault of a text in the words of Go's decoder (`error converting YAML to JSON: yaml: line 3: ...`); undefined for a sound one. */
export function syntaxFaultOf(text: string): string | undefined {
  try {
    for (const node of parseAll(text, { dialect: 'sigs' })) toValue(node, { dialect: 'sigs' })
    return undefined
  } catch (error) {
    return `error converting YAML to JSON: ${messageOf(error)}`
  }
}

/** Reads the YAML or JSON text of a manifest file, as the API's clients do. */
export function readManifests(text: string, file: string): Manifests {
  const { documents, diagnostics } = parseDocuments(text, { dialect: 'sigs', file })
  const faults: Diagnostic[] = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  const manifests = documents.flatMap((node) => {
    try {
      return manifestsOf(toValue(node, { dialect: 'sigs' }), { node, at: [], file, faults })
    } catch (error) {
      faults.push(fault(file, node, error instanceof Error ? error.message : String(error)))
      return []
    }
  })
  return { manifests, diagnostics: faults }
}

interface Reading {
  readonly node: YamlNode
  readonly at: FieldPath
  readonly file: string
  readonly faults: Diagnostic[]
}

function manifestsOf(value: unknown, reading: Reading): Manifest[] {
  if (value === null) return []
  if (!isObject(value)) {
    reading.faults.push(fault(reading.file, reading.node, "Object 'Kind' is missing"))
    return []
  }
  const { items } = value
  if (value.kind.endsWith('List') && Array.isArray(items))
    return items.flatMap((item, index) => manifestsOf(item, { ...reading, at: [...reading.at, 'items', index] }))
  const object = isRecord(value.metadata) ? value : { ...value, metadata: {} }
  return [{ object, placeOf: (path) => placeIn(reading.node, [...reading.at, ...path]) }]
}

function isObject(value: unknown): value is KubeObject {
  return isRecord(value) && typeof value['apiVersion'] === 'string' && typeof value['kind'] === 'string'
}

function fault(file: string, node: YamlNode, message: string): Diagnostic {
  const { range } = node
  return {
    code: 'ARGO_BAD_FIELD',
    severity: 'error',
    message: `${file}: ${message}`,
    ...(range === undefined ? {} : { range }),
  }
}

// The deepest node on the path that is there: a missing field is reported at the map that lacks it.
function placeIn(root: YamlNode, path: FieldPath): SourceRange | undefined {
  let node = dereference(root)
  for (const part of path) {
    const next = memberOf(node, part)
    if (next === undefined) break
    node = dereference(next)
  }
  return node.range
}

function memberOf(node: YamlNode, part: string | number): YamlNode | undefined {
  if (node.kind === 'seq') return typeof part === 'number' ? node.items[part] : undefined
  if (node.kind !== 'map') return undefined
  return node.entries.find(({ key }) => key.kind === 'scalar' && key.value === String(part))?.value
}
