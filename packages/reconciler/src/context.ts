import type { Client } from '@slipway/client'
import type { KubeObject } from '@slipway/objects'
import type { Clock } from '@slipway/objects'
import type { Differences } from './differences.ts'
import type { LiveCache } from './live/cache.ts'
import type { Render } from './render/types.ts'
import type { Repositories } from './repositories.ts'
import type { Recorder } from './status/events.ts'

/** What every part of the reconciler works with. */
export interface Context {
  readonly client: Client
  readonly clock: Clock
  readonly live: LiveCache
  readonly differences: Differences
  readonly repositories: Repositories
  readonly render: Render
  readonly record: Recorder
  /** The AppProject of a name in Argo CD's namespace. */
  readonly project: (name: string) => KubeObject | undefined
  /** The namespace of Argo CD itself: Applications in it are known by their bare name. */
  readonly controllerNamespace: string
  readonly kubeVersion: string
  /** Milliseconds between two waves; Argo CD waits 2,000. */
  readonly waveDelay: number
}
