import { mkdir, symlink, writeFile, rm } from 'node:fs/promises'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { NodeError } from '../errors.ts'
import type { FileItem, Pod, ProjectedSource, Volume } from '../types.ts'
import { fieldValue, type ConfigReader } from './env.ts'

const IGNORED = new Set(['name'])
const SUPPORTED = new Set(['emptyDir', 'configMap', 'secret', 'downwardAPI', 'projected'])
const API_ACCESS_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

/** What volumes are made from. */
export interface VolumeSources {
  readonly pod: Pod
  readonly podIP: string
  readonly hostIP: string
  readonly config: ConfigReader
  /** The pod's folder; volumes lie in `volumes/<name>` below it. */
  readonly directory: string
}

/**
 * Makes the folder of every volume of a pod and returns them by name.
 *
 * @throws NodeError `VOLUME` for a ConfigMap or Secret that is missing; `REFUSED` for a kind of volume that this node does not have
 */
export async function makeVolumes(sources: VolumeSources): Promise<ReadonlyMap<string, string>> {
  const made = new Map<string, string>()
  for (const volume of sources.pod.spec.volumes ?? []) {
    if (isApiAccess(volume, sources.pod)) continue
    const directory = join(sources.directory, 'volumes', volume.name)
    await mkdir(directory, { recursive: true })
    for (const [path, content] of Object.entries(await filesOf(volume, sources)))
      await writeInside(directory, path, content)
    made.set(volume.name, directory)
  }
  return made
}

// The token that every pod is given is mounted at a path of the host, where a process without a file system of its own cannot see it: none is made.
function isApiAccess({ name, projected }: Volume, { spec }: Pod): boolean {
  const mounts = [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ volumeMounts = [] }) => volumeMounts)
  const own = mounts.filter((mount) => mount.name === name)
  return projected !== undefined && own.length > 0 && own.every(({ mountPath }) => mountPath === API_ACCESS_PATH)
}

async function filesOf(volume: Volume, sources: VolumeSources): Promise<Record<string, string>> {
  const kind = Object.keys(volume).find((name) => !IGNORED.has(name)) ?? 'emptyDir'
  if (!SUPPORTED.has(kind)) {
    throw new NodeError('REFUSED', `volume "${volume.name}": ${kind} is not supported by the process runner`, {
      hint: 'use emptyDir, configMap, secret, downwardAPI or projected',
    })
  }
  if (volume.configMap !== undefined) return fromConfig({ kind: 'configmap', ...volume.configMap }, sources)
  if (volume.secret !== undefined)
    return fromConfig({ kind: 'secret', name: volume.secret.secretName, ...volume.secret }, sources)
  if (volume.downwardAPI !== undefined) return fromFields(volume.downwardAPI.items ?? [], sources)
  const projected: Record<string, string> = {}
  for (const source of volume.projected?.sources ?? [])
    Object.assign(projected, await fromProjection(volume.name, source, sources))
  return projected
}

async function fromProjection(
  volume: string,
  source: ProjectedSource,
  sources: VolumeSources,
): Promise<Record<string, string>> {
  if (source.configMap !== undefined) return fromConfig({ kind: 'configmap', ...source.configMap }, sources)
  if (source.secret !== undefined) return fromConfig({ kind: 'secret', ...source.secret }, sources)
  if (source.downwardAPI !== undefined) return fromFields(source.downwardAPI.items ?? [], sources)
  throw new NodeError(
    'REFUSED',
    `volume "${volume}": the projected source ${Object.keys(source)[0] ?? ''} is not supported by the process runner`,
  )
}

async function fromConfig(
  ref: {
    readonly kind: 'configmap' | 'secret'
    readonly name: string
    readonly items?: readonly FileItem[]
    readonly optional?: boolean
  },
  { config }: VolumeSources,
): Promise<Record<string, string>> {
  const data = await (ref.kind === 'secret' ? config.secret(ref.name) : config.configMap(ref.name))
  if (data === undefined) {
    if (ref.optional === true) return {}
    throw new NodeError('VOLUME', `${ref.kind} "${ref.name}" not found`)
  }
  if (ref.items === undefined) return { ...data }
  return Object.fromEntries(
    ref.items.map((item) => {
      const value = data[item.key ?? '']
      if (value === undefined && ref.optional !== true)
        throw new NodeError(
          'VOLUME',
          `references non-existent ${ref.kind === 'secret' ? 'secret' : 'config'} key: ${item.key ?? ''}`,
        )
      return [item.path, value ?? '']
    }),
  )
}

function fromFields(
  items: readonly (FileItem & { readonly fieldRef?: { readonly fieldPath: string } })[],
  sources: VolumeSources,
): Record<string, string> {
  return Object.fromEntries(
    items.flatMap((item) =>
      item.fieldRef === undefined ? [] : [[item.path, fieldValue(sources, item.fieldRef.fieldPath)]],
    ),
  )
}

async function writeInside(directory: string, path: string, content: string): Promise<void> {
  const target = join(directory, normalize(path))
  if (relative(directory, target).split(sep)[0] === '..')
    throw new NodeError('VOLUME', `the path "${path}" leaves its volume`)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, content, { mode: 0o600 })
}

/** Where a mount shows in the pod's copy of the image. Mounts at or below `/tmp` share the pod's TMPDIR. */
export interface MountPlan {
  readonly rootfs: string
  readonly workingDir: string
  readonly tmp: string
}

/**
 * Puts volumes where a container mounts them: inside the pod's copy of the image below its working directory, and under `/tmp`.
 *
 * @throws NodeError `REFUSED` for any other mount path: a host process sees the host's files there
 */
export async function mountVolumes(
  mounts: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[],
  volumes: ReadonlyMap<string, string>,
  plan: MountPlan,
): Promise<void> {
  for (const mount of mounts) {
    const volume = volumes.get(mount.name)
    if (volume === undefined || mount.mountPath === API_ACCESS_PATH) continue
    const source = mount.subPath === undefined ? volume : join(volume, normalize(mount.subPath))
    const target = targetOf(mount.mountPath, plan)
    if (target === undefined) {
      throw new NodeError(
        'REFUSED',
        `mount path "${mount.mountPath}" of volume "${mount.name}" cannot be honoured by the process runner`,
        {
          hint: `mount below the image's working directory (${plan.workingDir}) or /tmp, or use a runner with a file system of its own`,
        },
      )
    }
    await mkdir(dirname(target), { recursive: true })
    await rm(target, { recursive: true, force: true })
    await symlink(source, target)
  }
}

function targetOf(mountPath: string, { rootfs, workingDir, tmp }: MountPlan): string | undefined {
  if (mountPath === '/tmp') return tmp
  if (mountPath.startsWith('/tmp/')) return join(tmp, mountPath.slice('/tmp/'.length))
  const below = workingDir !== '/' && mountPath.startsWith(`${workingDir.replace(/\/$/, '')}/`)
  return below ? join(rootfs, mountPath) : undefined
}
