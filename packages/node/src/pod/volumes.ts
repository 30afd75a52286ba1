import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '@slipway/diag'
import { NodeError } from '../errors.ts'
import type { Pod, Volume } from '../types.ts'
import { unlock, writeFolder } from './atomic-folder.ts'
import { API_ACCESS_PATH } from './mounts.ts'
import { type FileSources, volumeFiles } from './volume-files.ts'

/** What volumes are made from. */
export interface VolumeSources extends FileSources {
  /** The pod's folder; volumes lie in `volumes/<name>` below it. */
  readonly directory: string
}

/** A volume of a pod on this machine. */
export interface MadeVolume {
  readonly folder: string
  /** Its files come from the API: they are for reading, and change with it. */
  readonly isFromApi: boolean
}

/**
 * Makes the folder of every volume of a pod and returns them by name. Called again, it brings the files of ConfigMaps, Secrets and the pod itself up to date.
 *
 * @throws NodeError `VOLUME` for a ConfigMap or Secret that is missing; `REFUSED` for a kind of volume that this node does not have
 */
export async function makeVolumes(sources: VolumeSources): Promise<ReadonlyMap<string, MadeVolume>> {
  const made = new Map<string, MadeVolume>()
  for (const volume of sources.pod.spec.volumes ?? []) {
    if (isApiAccess(volume, sources.pod)) continue
    made.set(volume.name, await makeVolume(volume, sources))
  }
  return made
}

async function makeVolume(volume: Volume, sources: VolumeSources): Promise<MadeVolume> {
  const folder = join(sources.directory, 'volumes', volume.name)
  try {
    const files = await volumeFiles(volume, sources)
    if (files === undefined) await mkdir(folder, { recursive: true })
    else await writeFolder(folder, files)
    return { folder, isFromApi: files !== undefined }
  } catch (cause) {
    const message = `MountVolume.SetUp failed for volume "${volume.name}" : ${messageOf(cause)}`
    const { code = 'VOLUME', hint } = cause instanceof NodeError ? cause : {}
    throw new NodeError(code, message, { cause, ...(hint === undefined ? {} : { hint }) })
  }
}

/** Lets the folders of volumes be removed, also where not all of them were made. */
export async function releaseVolumes({ pod, directory }: VolumeSources): Promise<void> {
  const fromApi = (pod.spec.volumes ?? []).filter(({ emptyDir }) => emptyDir === undefined)
  for (const { name } of fromApi) await unlock(join(directory, 'volumes', name))
}

// The token that every pod is given is mounted at a path of the host, where a process without a file system of its own cannot see it: none is made.
function isApiAccess({ name, projected }: Volume, { spec }: Pod): boolean {
  const mounts = [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ volumeMounts = [] }) => volumeMounts)
  const own = mounts.filter((mount) => mount.name === name)
  return projected !== undefined && own.length > 0 && own.every(({ mountPath }) => mountPath === API_ACCESS_PATH)
}
