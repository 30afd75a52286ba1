import { quantityMilliValue, quantityValue } from '@slipway/objects'
import { NodeError } from '../errors.ts'
import type { Container, EnvVar, KeyRef, Pod } from '../types.ts'
import { expand } from './expand.ts'

/** Reads the ConfigMaps and Secrets of a pod's namespace; undefined for one that does not exist. Values are decoded. */
export interface ConfigReader {
  configMap(name: string): Promise<Readonly<Record<string, string>> | undefined>
  secret(name: string): Promise<Readonly<Record<string, string>> | undefined>
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
}

/**
 * The environment of a container: the image's, the Services', `envFrom`, then `env` in order, each with `$(NAME)` expanded by what came before.
 *
 * @throws NodeError `CONTAINER_CONFIG` when a ConfigMap, Secret or key is missing, in the kubelet's words
 */
export async function environmentOf(sources: EnvSources): Promise<Record<string, string>> {
  const { container, config } = sources
  const result: Record<string, string> = {}
  for (const entry of sources.image) {
    const equals = entry.indexOf('=')
    result[entry.slice(0, equals)] = entry.slice(equals + 1)
  }
  if (sources.pod.spec.enableServiceLinks !== false) Object.assign(result, sources.services)
  for (const from of container.envFrom ?? []) {
    const ref = from.configMapRef ?? from.secretRef
    if (ref === undefined) continue
    const kind = from.configMapRef === undefined ? 'secret' : 'configmap'
    const data = await (kind === 'secret' ? config.secret(ref.name) : config.configMap(ref.name))
    if (data === undefined && ref.optional !== true) throw missing(kind, ref.name)
    for (const [key, value] of Object.entries(data ?? {})) result[`${from.prefix ?? ''}${key}`] = value
  }
  for (const variable of container.env ?? []) {
    const value = await valueOf(variable, sources, result)
    if (value !== undefined) result[variable.name] = value
  }
  return result
}

async function valueOf(
  variable: EnvVar,
  sources: EnvSources,
  known: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const from = variable.valueFrom
  if (from === undefined) return expand(variable.value ?? '', known)
  if (from.fieldRef !== undefined) return fieldValue(sources, from.fieldRef.fieldPath)
  if (from.resourceFieldRef !== undefined) return resourceValue(sources, from.resourceFieldRef)
  if (from.configMapKeyRef !== undefined) return keyValue('configmap', from.configMapKeyRef, sources.config)
  return from.secretKeyRef === undefined ? undefined : keyValue('secret', from.secretKeyRef, sources.config)
}

async function keyValue(kind: 'configmap' | 'secret', ref: KeyRef, config: ConfigReader): Promise<string | undefined> {
  const data = await (kind === 'secret' ? config.secret(ref.name) : config.configMap(ref.name))
  if (data?.[ref.key] !== undefined) return data[ref.key]
  if (ref.optional === true) return undefined
  if (data === undefined) throw missing(kind, ref.name)
  const shown = kind === 'secret' ? 'Secret' : 'ConfigMap'
  throw new NodeError('CONTAINER_CONFIG', `couldn't find key ${ref.key} in ${shown} ${ref.name}`)
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

function resourceValue(
  sources: EnvSources,
  ref: { readonly containerName?: string; readonly resource: string; readonly divisor?: string },
): string {
  const container =
    ref.containerName === undefined
      ? sources.container
      : (sources.pod.spec.containers.find((each) => each.name === ref.containerName) ?? sources.container)
  const [side, name] = ref.resource.split('.') as ['limits' | 'requests', string]
  const quantity = container.resources?.[side]?.[name]
  if (quantity === undefined) return '0'
  const divisor = ref.divisor === undefined || ref.divisor === '0' ? '1' : ref.divisor
  const exact =
    name === 'cpu'
      ? quantityMilliValue(quantity) / quantityMilliValue(divisor)
      : quantityValue(quantity) / quantityValue(divisor)
  return String(Math.ceil(exact))
}
