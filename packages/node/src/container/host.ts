import type { Happening } from '@slipway/client'
import type { Clock } from '@slipway/objects'
import type { ConfigReader } from '../pod/env.ts'
import type { MadeVolume } from '../pod/volumes.ts'
import type { PodSandbox, Runner } from '../runner/runner.ts'
import type { ImageSource, Pod } from '../types.ts'
import type { ImageCopies } from './copies.ts'

/** What all pods of a node share. */
export interface NodeServices {
  readonly runner: Runner
  readonly clock: Clock
  readonly images: ImageSource
  readonly copies: ImageCopies
  readonly hostIP: string
  readonly config: (namespace: string) => ConfigReader
  /** Service variables (`WEB_SERVICE_HOST`) that pods of a namespace get. */
  readonly serviceEnv: (namespace: string) => Readonly<Record<string, string>>
  /** What the node has for pods, by resource. */
  readonly allocatable: Readonly<Record<string, string>>
  /** A new container id: 64 hex digits. */
  readonly newId: () => string
}

/** What a container is given by its pod. */
export interface ContainerHost extends NodeServices {
  readonly pod: () => Pod
  readonly sandbox: PodSandbox
  readonly volumes: ReadonlyMap<string, MadeVolume>
  readonly record: (happening: Happening) => void
  /** Something that the pod's status shows has changed. */
  readonly changed: () => void
}

/** A pause that can be cut short. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const done = (): void => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(milliseconds, done)
    signal.addEventListener('abort', done)
  })
}
