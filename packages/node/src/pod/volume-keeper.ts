import { messageOf } from '@slipway/diag'
import type { Clock } from '@slipway/objects'
import { pause } from '../container/host.ts'
import { makeVolumes, type MadeVolume, releaseVolumes, type VolumeSources } from './volumes.ts'

const RETRY = 2000
// The kubelet looks at each pod again about this often (--sync-frequency).
const REFRESH = 60_000

/** What the volumes of a pod need. */
export interface VolumeKeeperOptions {
  readonly clock: Clock
  readonly sources: () => VolumeSources
  /** Told why the volumes could not be made or brought up to date. */
  readonly failed: (message: string) => void
  /** The pod's end. */
  readonly signal: AbortSignal
}

/** Makes a pod's volumes and keeps those up to date that show ConfigMaps, Secrets or the pod itself. */
export class VolumeKeeper {
  readonly #options: VolumeKeeperOptions
  #made: ReadonlyMap<string, MadeVolume> = new Map()
  #work: Promise<void> = Promise.resolve()
  #isAsked = false

  constructor(options: VolumeKeeperOptions) {
    this.#options = options
  }

  /** Tries until the volumes are there; undefined when the pod ended first. */
  async make(): Promise<ReadonlyMap<string, MadeVolume> | undefined> {
    const { clock, signal } = this.#options
    while (!signal.aborted) {
      if (await this.#try()) {
        if (this.#followsApi) this.#later()
        return this.#made
      }
      await pause(clock, RETRY, signal)
    }
    return undefined
  }

  /** The pod has changed: what its volumes show of it is written now. */
  refresh(): void {
    if (this.#followsApi) this.#ask()
  }

  /** Lets the folders be removed, when nothing writes to them any more. */
  async release(): Promise<void> {
    await this.#work
    await releaseVolumes(this.#options.sources())
  }

  get #followsApi(): boolean {
    return [...this.#made.values()].some(({ isFromApi }) => isFromApi)
  }

  #later(): void {
    const { clock, signal } = this.#options
    if (signal.aborted) return
    const cancel = clock.after(REFRESH, () => {
      signal.removeEventListener('abort', cancel)
      this.#ask()
      this.#later()
    })
    signal.addEventListener('abort', cancel, { once: true })
  }

  // One at a time; many that come during one are one more.
  #ask(): void {
    if (this.#isAsked) return
    this.#isAsked = true
    this.#work = this.#work.then(async () => {
      this.#isAsked = false
      if (!this.#options.signal.aborted) await this.#try()
    })
  }

  async #try(): Promise<boolean> {
    try {
      this.#made = await makeVolumes(this.#options.sources())
      return true
    } catch (error) {
      this.#options.failed(messageOf(error))
      return false
    }
  }
}
