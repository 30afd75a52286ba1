import { listImages } from './store.ts'
import type { HostImage } from './types.ts'

/** An image that is on this machine, as whoever starts a container needs it. */
export interface LocalImage {
  /** `repository@sha256:...`, as a pod's `imageID` shows it. */
  readonly id: string
  readonly rootfs: string
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly env: readonly string[]
  readonly workingDir: string
  /** STOPSIGNAL of the Dockerfile. */
  readonly stopSignal?: string | undefined
}

/** Finds images of this machine by the reference that a container names. */
export interface ImageSource {
  find(reference: string): Promise<LocalImage | undefined>
}

/**
 * The images of a cache directory by reference: `<any repository>@sha256:...` by digest, `<any repository>:host-...` by tag. The repository is not looked at:
 * a host image has no repository of its own, and its digest says all. Other references are not found: nobody here builds them.
 */
export function hostImages(cacheDirectory: string): ImageSource {
  let known: readonly HostImage[] = []
  const lookup = (reference: string): HostImage | undefined => known.find((image) => names(image, reference))
  return {
    find: async (reference) => {
      if (lookup(reference) === undefined) known = await listImages(cacheDirectory)
      const image = lookup(reference)
      return image === undefined ? undefined : localImage(reference, image)
    },
  }
}

function names(image: HostImage, reference: string): boolean {
  return reference.endsWith(`@${image.digest}`) || reference.endsWith(`:${image.id}`)
}

/** A host image under the repository that a reference names. */
export function localImage(reference: string, image: HostImage): LocalImage {
  const { entrypoint, cmd, env, workingDir, stopSignal } = image.config
  const repository = reference.split('@')[0]?.replace(/:[^/:]+$/, '') ?? reference
  const { rootfs, digest } = image
  return { id: `${repository}@${digest}`, rootfs, entrypoint, cmd, env, workingDir, stopSignal }
}
