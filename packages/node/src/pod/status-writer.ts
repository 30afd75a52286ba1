import { ApiError, type Client, hasReason } from '@slipway/client'
import { type Clock, deepEqual } from '@slipway/objects'
import type { Pod, PodStatus } from '../types.ts'

const RETRY = 1000

/** Writes the status of one pod: the newest only, one write at a time. */
export class StatusWriter {
  readonly #client: Client
  readonly #clock: Clock
  readonly #compute: () => { readonly pod: Pod; readonly status: PodStatus }
  #written: PodStatus | undefined
  #dirty = false
  #running: Promise<void> | undefined

  constructor(client: Client, clock: Clock, compute: () => { readonly pod: Pod; readonly status: PodStatus }) {
    this.#client = client
    this.#clock = clock
    this.#compute = compute
  }

  /** What the API holds, as far as this node wrote it. */
  get written(): PodStatus | undefined {
    return this.#written
  }

  /** Asks for a write; several in a row become one. */
  mark(): void {
    this.#dirty = true
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined
      if (this.#dirty) this.mark()
    })
  }

  /** Resolves when everything is written. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #drain(): Promise<void> {
    // Changes of the same turn belong to one write.
    await Promise.resolve()
    while (this.#dirty) {
      this.#dirty = false
      const { pod, status } = this.#compute()
      if (deepEqual(status, this.#written)) continue
      if (await this.#write(pod, status)) this.#written = status
      else {
        this.#dirty = true
        await new Promise<void>((resolve) => this.#clock.after(RETRY, resolve))
      }
    }
  }

  // True when it is written, or when there is nobody left to write it for.
  async #write(pod: Pod, status: PodStatus): Promise<boolean> {
    const { namespace, name = '', uid } = pod.metadata
    try {
      const body = { metadata: { uid }, status: { ...status, ...conditionsOf(status, pod) } }
      await this.#client.patch(
        { apiVersion: 'v1', kind: 'Pod', namespace, name, subresource: 'status' },
        { type: 'strategic', body },
      )
      return true
    } catch (error) {
      return (
        hasReason(error, 'NotFound') ||
        hasReason(error, 'Conflict') ||
        (error instanceof ApiError && hasReason(error, 'Invalid'))
      )
    }
  }
}

// Conditions are merged by their type, so that those of others stay as they are; what one of ours no longer has must be taken from it. Ours come first, as in a real
// cluster.
function conditionsOf({ conditions = [] }: PodStatus, pod: Pod): object {
  const own = new Set(conditions.map(({ type }) => type))
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !own.has(type))
  return {
    '$setElementOrder/conditions': [...conditions, ...others].map(({ type }) => ({ type })),
    conditions: conditions.map((condition) => ({ reason: null, message: null, ...condition })),
  }
}
