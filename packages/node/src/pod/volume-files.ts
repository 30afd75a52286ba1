import { normalize } from 'node:path'
import { NodeError } from '../errors.ts'
import type { DownwardSource, FileItem, KeysSource, Pod, ProjectedSource, Volume } from '../types.ts'
import { type ConfigReader, fieldValue } from './env.ts'
import { resourceValue } from './resource-value.ts'

/** What the files of a volume are made from. */
export interface FileSources {
  readonly pod: Pod
  readonly podIP: string
  readonly hostIP: string
  readonly config: ConfigReader
  readonly allocatable: Readonly<Record<string, string>>
}

/** A file of a volume: its bytes, and its mode as `defaultMode` and items give it. */
export interface VolumeFile {
  readonly data: Uint8Array
  readonly mode: number
}

/** The files of a volume by their path in it. */
export type VolumeFiles = ReadonlyMap<string, VolumeFile>

const IGNORED = new Set(['name'])
const SUPPORTED = new Set(['emptyDir', 'configMap', 'secret', 'downwardAPI', 'projected'])
const MODE = 0o644

/**
 * The files that a volume holds now; undefined for a volume that belongs to the pod (emptyDir).
 *
 * @throws NodeError `VOLUME` for a ConfigMap or Secret that is missing; `REFUSED` for a kind of volume that this node does not have
 */
export async function volumeFiles(volume: Volume, sources: FileSources): Promise<VolumeFiles | undefined> {
  const kind = Object.keys(volume).find((name) => !IGNORED.has(name)) ?? 'emptyDir'
  if (!SUPPORTED.has(kind)) {
    throw new NodeError('REFUSED', `${kind} is not supported by the process runner`, {
      hint: 'use emptyDir, configMap, secret, downwardAPI or projected',
    })
  }
  if (volume.configMap !== undefined) return fromKeys('configmap', volume.configMap, sources)
  if (volume.secret !== undefined)
    return fromKeys('secret', { ...volume.secret, name: volume.secret.secretName }, sources)
  if (volume.downwardAPI !== undefined) return fromFields(volume.downwardAPI, sources)
  if (volume.projected === undefined) return undefined
  const projected = new Map<string, VolumeFile>()
  for (const source of volume.projected.sources ?? []) {
    const files = await fromProjection(volume, source, sources)
    for (const [path, file] of files) projected.set(path, file)
  }
  return projected
}

// The default mode of a projected volume is that of all of its sources.
async function fromProjection(
  { projected }: Volume,
  source: ProjectedSource,
  sources: FileSources,
): Promise<VolumeFiles> {
  const mode = { defaultMode: projected?.defaultMode ?? MODE }
  if (source.configMap !== undefined) return fromKeys('configmap', { ...source.configMap, ...mode }, sources)
  if (source.secret !== undefined) return fromKeys('secret', { ...source.secret, ...mode }, sources)
  if (source.downwardAPI !== undefined) return fromFields({ ...source.downwardAPI, ...mode }, sources)
  throw new NodeError(
    'REFUSED',
    `the projected source ${Object.keys(source)[0] ?? ''} is not supported by the process runner`,
  )
}

async function fromKeys(
  kind: 'configmap' | 'secret',
  ref: KeysSource & { readonly name: string },
  { config }: FileSources,
): Promise<VolumeFiles> {
  const data = await (kind === 'secret' ? config.secret(ref.name) : config.configMap(ref.name))
  if (data === undefined && ref.optional !== true) throw new NodeError('VOLUME', `${kind} "${ref.name}" not found`)
  const { bytes = {} } = data ?? {}
  const all: readonly FileItem[] = Object.keys(bytes).map((key) => ({ key, path: key }))
  const items = ref.items === undefined || ref.items.length === 0 ? all : ref.items
  const files = new Map<string, VolumeFile>()
  for (const { key = '', path, mode } of items) {
    const found = bytes[key]
    if (found !== undefined) files.set(inside(path), { data: found, mode: mode ?? ref.defaultMode ?? MODE })
    else if (ref.optional !== true)
      throw new NodeError(
        'VOLUME',
        kind === 'secret'
          ? `references non-existent secret key: ${key}`
          : `configmap references non-existent config key: ${key}`,
      )
  }
  return files
}

function fromFields({ items = [], defaultMode = MODE }: DownwardSource, sources: FileSources): VolumeFiles {
  return new Map(
    items.map((item): [string, VolumeFile] => {
      const { fieldRef, resourceFieldRef, mode = defaultMode } = item
      const text =
        fieldRef === undefined
          ? resourceFieldRef === undefined
            ? ''
            : resourceValue(resourceFieldRef, sources)
          : fieldValue(sources, fieldRef.fieldPath)
      return [inside(item.path), { data: Buffer.from(text), mode }]
    }),
  )
}

function inside(path: string): string {
  const normal = normalize(path)
  if (normal.split('/')[0] === '..') throw new NodeError('VOLUME', `the path "${path}" leaves its volume`)
  return normal
}
