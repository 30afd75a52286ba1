import { NodeError } from '../errors.ts'
import type { Container, EnvVar, KeyRef, Pod } from '../types.ts'
import { expand } from './expand.ts'
import { resourceValue } from './resource-value.ts'

/** The keys of a ConfigMap or Secret. */
export interface ConfigData {
  /** The keys that can be variables: not those of `binaryData`. */
  readonly variables: readonly string[]
  /** Every key, byte for byte. */
  readonly bytes: Readonly<Record<string, Uint8Array>>
}

/** Reads the ConfigMaps and Secrets of a pod's namespace; undefined for one that does not exist. */
export interface ConfigReader {
  configMap(name: string): Promise<ConfigData | undefined>
  secret(name: string): Promise<ConfigData | undefined>
}

/** What the environment of a container is made from. */
export interface EnvSources {
  readonly pod: Pod
  readonly container: Container
  readonly image: readonly string[]
  readonly podIP: string
  readonly hostIP: string
  readonly config: ConfigReader
  /** Service variables (`WEB_SERVICE_HOST`) of the namespace. */
  readonly services: Readonly<Record<string, string>>
  /** What the node has for pods: the limit of a container that has none. */
  readonly allocatable: Readonly<Record<string, string>>
}

/**
 * The environment of a container: the image's, the Services', `envFrom`, then `env` in order, each with `$(NAME)` expanded by what came before. What the image sets is not
 * expanded: the kubelet does not know it.
 *
 * @throws NodeError `CONTAINER_CONFIG` when a ConfigMap, Secret or key is missing, in the kubelet's words
 */
export async function environmentOf(sources: EnvSources): Promise<Record<string, string>> {
  const services = sources.pod.spec.enableServiceLinks === false ? onlyApi(sources.services) : sources.services
  const declared = await fromSources(sources)
  for (const variable of sources.container.env ?? []) {
    const value = await valueOf(variable, sources, { ...services, ...declared })
    if (value !== undefined) declared[variable.name] = value
  }
  return { ...imageVariables(sources.image), ...services, ...declared }
}

function imageVariables(entries: readonly string[]): Record<string, string> {
  const split = (entry: string, at: number): [string, string] => [entry.slice(0, at), entry.slice(at + 1)]
  return Object.fromEntries(entries.map((entry) => split(entry, entry.indexOf('='))))
}

// Where the API is, every pod is told (kubelet_pods.go getServiceEnvVarMap).
function onlyApi(services: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(services).filter(([name]) => name.startsWith('KUBERNETES_')))
}

async function fromSources({ container, config }: EnvSources): Promise<Record<string, string>> {
  const result: Record<string, string> = {}
  for (const from of container.envFrom ?? []) {
    const ref = from.configMapRef ?? from.secretRef
    if (ref === undefined) continue
    const kind = from.configMapRef === undefined ? 'secret' : 'configmap'
    const data = await (kind === 'secret' ? config.secret(ref.name) : config.configMap(ref.name))
    if (data === undefined && ref.optional !== true) throw missing(kind, ref.name)
    for (const key of data?.variables ?? [])
      result[`${from.prefix ?? ''}${key}`] = textOf(data?.bytes[key], `key ${key} of ${kind} "${ref.name}"`)
  }
  return result
}

async function valueOf(
  variable: EnvVar,
  sources: EnvSources,
  known: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const from = variable.valueFrom
  if (from === undefined || (variable.value ?? '') !== '') return expand(variable.value ?? '', known)
  if (from.fieldRef !== undefined) return fieldValue(sources, from.fieldRef.fieldPath)
  if (from.resourceFieldRef !== undefined) return resourceValue(from.resourceFieldRef, sources)
  if (from.configMapKeyRef !== undefined) return keyValue('ConfigMap', from.configMapKeyRef, sources)
  return from.secretKeyRef === undefined ? undefined : keyValue('Secret', from.secretKeyRef, sources)
}

async function keyValue(kind: 'ConfigMap' | 'Secret', ref: KeyRef, sources: EnvSources): Promise<string | undefined> {
  const { config, pod } = sources
  const data = await (kind === 'Secret' ? config.secret(ref.name) : config.configMap(ref.name))
  if (data?.variables.includes(ref.key) === true)
    return textOf(data.bytes[ref.key], `key ${ref.key} of ${kind.toLowerCase()} "${ref.name}"`)
  if (ref.optional === true) return undefined
  if (data === undefined) throw missing(kind.toLowerCase(), ref.name)
  const shown = `${kind} ${pod.metadata.namespace ?? 'default'}/${ref.name}`
  throw new NodeError('CONTAINER_CONFIG', `couldn't find key ${ref.key} in ${shown}`)
}

// Node gives a process its variables as text; bytes that are none would arrive as others.
function textOf(bytes: Uint8Array | undefined, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new NodeError('CONTAINER_CONFIG', `${what} is not UTF-8 text and cannot be a variable here; mount it`, {
      cause,
    })
  }
}

function missing(kind: string, name: string): NodeError {
  return new NodeError('CONTAINER_CONFIG', `${kind} "${name}" not found`)
}

/** A field of the pod that the downward API can show. @throws NodeError `CONTAINER_CONFIG` */
export function fieldValue(
  at: { readonly pod: Pod; readonly podIP: string; readonly hostIP: string },
  path: string,
): string {
  const { metadata, spec } = at.pod
  const subscript = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path)
  if (subscript !== null) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] ?? ''] ?? ''
  const fields: Readonly<Record<string, () => string>> = {
    'metadata.name': () => metadata.name ?? '',
    'metadata.namespace': () => metadata.namespace ?? '',
    'metadata.uid': () => metadata.uid ?? '',
    'metadata.labels': () => quotedMap(metadata.labels),
    'metadata.annotations': () => quotedMap(metadata.annotations),
    'spec.nodeName': () => spec.nodeName ?? '',
    'spec.serviceAccountName': () => spec.serviceAccountName ?? '',
    'status.podIP': () => at.podIP,
    'status.podIPs': () => at.podIP,
    'status.hostIP': () => at.hostIP,
    'status.hostIPs': () => at.hostIP,
  }
  const read = fields[path]
  if (read === undefined) throw new NodeError('CONTAINER_CONFIG', `unsupported fieldPath: ${path}`)
  return read()
}

function quotedMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n')
}
