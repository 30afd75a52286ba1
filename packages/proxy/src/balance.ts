import type { Clock } from '@slipway/objects'
import type { Endpoint, Service } from './service.ts'

// The default of sessionAffinityConfig.clientIP.timeoutSeconds.
const AFFINITY_SECONDS = 10_800
const REMEMBERED = 10_000

interface Remembered {
  readonly endpoint: Endpoint
  readonly until: number
}

/** Chooses the endpoint of each new connection: one after another, so that few connections still reach every endpoint, or the client's last one (`sessionAffinity: ClientIP`). */
export class Balancer {
  readonly #clock: Clock
  readonly #turns = new Map<string, number>()
  readonly #clients = new Map<string, Remembered>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * @param at.key the port of the Service
   * @param at.client the address that the connection comes from
   */
  choose(
    endpoints: readonly Endpoint[],
    service: Service,
    at: { readonly key: string; readonly client: string },
  ): Endpoint | undefined {
    if (service.spec.sessionAffinity !== 'ClientIP') return this.#next(endpoints, at.key)
    const key = `${at.key} ${at.client}`
    const now = this.#clock.monotonic()
    const before = this.#clients.get(key)
    const kept =
      before === undefined || before.until <= now
        ? undefined
        : endpoints.find(({ ip, port }) => ip === before.endpoint.ip && port === before.endpoint.port)
    const endpoint = kept ?? this.#next(endpoints, at.key)
    if (endpoint !== undefined) this.#remember(key, { endpoint, until: now + 1000 * secondsOf(service) })
    return endpoint
  }

  #next(endpoints: readonly Endpoint[], key: string): Endpoint | undefined {
    const turn = (this.#turns.get(key) ?? -1) + 1
    this.#turns.set(key, turn)
    return endpoints[turn % Math.max(endpoints.length, 1)]
  }

  // Each new connection begins the time anew; who was silent longest is forgotten first.
  #remember(key: string, client: Remembered): void {
    this.#clients.delete(key)
    this.#clients.set(key, client)
    const [oldest] = this.#clients.keys()
    if (this.#clients.size > REMEMBERED && oldest !== undefined) this.#clients.delete(oldest)
  }
}

function secondsOf({ spec }: Service): number {
  return spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS
}
