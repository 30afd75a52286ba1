import { cp, mkdir, realpath, rm, stat, symlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize, sep } from 'node:path'
import { NodeError } from '../errors.ts'
import type { VolumeMount } from '../types.ts'
import { unlock } from './atomic-folder.ts'
import { expand } from './expand.ts'
import type { MadeVolume } from './volumes.ts'

/** Where every pod is told to find its token. */
export const API_ACCESS_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Where a mount shows in the pod's copy of the image. Mounts at or below `/tmp` share the pod's TMPDIR. */
export interface MountPlan {
  readonly container: string
  readonly rootfs: string
  readonly workingDir: string
  readonly tmp: string
  /** The container's variables, for `subPathExpr`. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * Puts volumes where a container mounts them: inside the pod's copy of the image below its working directory, and under `/tmp`. Mounts lie in one another, so outer ones
 * come first.
 *
 * @throws NodeError `REFUSED` for any other mount path: a host process sees the host's files there
 */
export async function mountVolumes(
  mounts: readonly VolumeMount[],
  volumes: ReadonlyMap<string, MadeVolume>,
  plan: MountPlan,
): Promise<void> {
  const outerFirst = mounts.toSorted((a, b) => a.mountPath.length - b.mountPath.length)
  for (const mount of outerFirst) {
    const volume = volumes.get(mount.name)
    if (volume === undefined || mount.mountPath === API_ACCESS_PATH) continue
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
    assertNotInside(mount, outerFirst, volumes)
    const part = partOf(mount, plan.env)
    await mkdir(dirname(target), { recursive: true })
    await rm(target, { recursive: true, force: true })
    if (part === '') await symlink(volume.folder, target)
    else await mountPart(volume, { mount, part, target, container: plan.container })
  }
}

// Such a volume is a folder that is replaced as a whole.
function assertNotInside(
  mount: VolumeMount,
  mounts: readonly VolumeMount[],
  volumes: ReadonlyMap<string, MadeVolume>,
): void {
  const outer = mounts.find(
    ({ name, mountPath }) => volumes.get(name)?.isFromApi === true && mount.mountPath.startsWith(`${mountPath}/`),
  )
  if (outer === undefined) return
  throw new NodeError(
    'REFUSED',
    `mount path "${mount.mountPath}" lies inside of volume "${outer.name}", which is read-only in the process runner`,
  )
}

// kubelet_pods.go, makeMounts.
function partOf({ subPath = '', subPathExpr = '' }: VolumeMount, env: Readonly<Record<string, string>>): string {
  const part = subPathExpr === '' ? subPath : expanded(subPathExpr, env)
  if (isAbsolute(part))
    throw new NodeError('CONTAINER_CONFIG', `error SubPath \`${part}\` must not be an absolute path`)
  if (part.split('/').includes('..'))
    throw new NodeError('CONTAINER_CONFIG', `unable to provision SubPath \`${part}\`: must not contain '..'`)
  return part
}

function expanded(expression: string, env: Readonly<Record<string, string>>): string {
  const names = [...expression.matchAll(/\$(\$|\(([^)]*)\))/g)].flatMap(([, , name]) =>
    name === undefined ? [] : [name],
  )
  const missing = [...new Set(names)].filter((name) => (env[name] ?? '') === '').toSorted()
  if (missing.length > 0) throw new NodeError('CONTAINER_CONFIG', `missing value for ${missing.join(', ')}`)
  return expand(expression, env)
}

// A part of a volume is bound as it is when the container starts: what changes in the API does not reach it.
async function mountPart(
  { folder, isFromApi }: MadeVolume,
  at: { readonly mount: VolumeMount; readonly part: string; readonly target: string; readonly container: string },
): Promise<void> {
  const source = join(folder, normalize(at.part))
  const isThere = await stat(source).then(
    () => true,
    () => false,
  )
  if (isFromApi) {
    if (isThere) await cp(source, at.target, { recursive: true, dereference: true })
    else await mkdir(at.target)
    await unlock(at.target)
    return
  }
  if (!isThere) await mkdir(source, { recursive: true })
  // A link that an earlier container left in the volume must not lead out of it.
  const [real, volume] = [await realpath(source), await realpath(folder)]
  if (real !== volume && !real.startsWith(`${volume}${sep}`)) {
    const { mount, container } = at
    throw new NodeError(
      'CONTAINER_CONFIG',
      `failed to prepare subPath for volumeMount "${mount.name}" of container "${container}"`,
    )
  }
  await symlink(real, at.target)
}

function targetOf(mountPath: string, { rootfs, workingDir, tmp }: MountPlan): string | undefined {
  if (mountPath === '/tmp') return tmp
  if (mountPath.startsWith('/tmp/')) return join(tmp, mountPath.slice('/tmp/'.length))
  const below = workingDir !== '/' && mountPath.startsWith(`${workingDir.replace(/\/$/, '')}/`)
  return below ? join(rootfs, mountPath) : undefined
}
