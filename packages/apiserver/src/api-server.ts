import { randomBytes, randomUUID } from 'node:crypto'
import { formatTime, systemClock, type Clock, type KubeObject, type Transport } from '@slipway/objects'
import type { Store } from '@slipway/store'
import { bootstrap } from './bootstrap.ts'
import { compactRegularly } from './compaction.ts'
import { syncCustomResources } from './crd/sync.ts'
import { authorize, requestHandler } from './handle.ts'
import type { UpgradeHandler } from './http/upgrade.ts'
import { builtInDefinitions, metricsDefinitions } from './registry/built-in.ts'
import { Registry } from './registry/registry.ts'
import type { Randomness, ServerContext } from './server.ts'
import type { Extensions } from './subresources/subresources.ts'
import { streamUpgrades } from './streams/upgrade.ts'
import { watchUpgrades } from './streams/watch-socket.ts'
import type { PodStreams } from './streams/types.ts'
import { type LiveToken, sameText, tokenIssuer } from './tokens.ts'

/** What an API server is made of. */
export interface ApiServerOptions {
  readonly store: Store<KubeObject>
  readonly clock?: Clock
  readonly random?: Randomness
  /** Signs service account tokens; default a new one, whose tokens end with the process. */
  readonly tokenKey?: Uint8Array
  readonly extensions?: Omit<Extensions, 'tokens' | 'dial'>
  /** Serves exec, attach, port-forward and proxying to pods; without it they are refused. */
  readonly streams?: PodStreams
}

/** A running API server. */
export interface ApiServer {
  /** Answers requests of callers in the same process; without a user they are the system's. */
  readonly handle: Transport
  readonly tokens: NonNullable<Extensions['tokens']>
  /** For {@link listen}. */
  readonly upgrade: UpgradeHandler
  stop(): Promise<void>
}

/** The machine's randomness. */
export const systemRandomness: Randomness = {
  uuid: randomUUID,
  number: Math.random,
  bytes: (count) => randomBytes(count),
}

/** Starts an API server over a store: creates what every cluster has, and serves the custom resources that the store defines. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const tokens = tokenIssuer(options.tokenKey, liveIn(options.store))
  const server: ServerContext = {
    store: options.store,
    registry: new Registry([
      ...builtInDefinitions(),
      ...(options.extensions?.metrics === undefined ? [] : metricsDefinitions()),
    ]),
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandomness,
  }
  const { streams } = options
  const dial: Pick<Extensions, 'dial'> = streams === undefined ? {} : { dial: (pod, port) => streams.dial(pod, port) }
  const handle = requestHandler({ ...server, extensions: { ...options.extensions, ...dial, tokens } })
  const stop = new AbortController()
  const syncing = await syncCustomResources(server, stop.signal)
  await bootstrap(handle, formatTime(server.clock.now()))
  const stopCompaction = compactRegularly(server.store, server.clock)
  const context = { ...server, userAgent: '', signal: undefined, warn: () => undefined }
  const ofStreams = streamUpgrades({
    handle,
    streams,
    store: options.store,
    authorize: (user, request) => authorize({ ...context, user }, request),
  })
  return {
    handle,
    tokens,
    upgrade: watchUpgrades(handle, ofStreams),
    stop: async () => {
      stopCompaction()
      stop.abort()
      await syncing.done
    },
  }
}

function liveIn(store: Store<KubeObject>): LiveToken {
  return (token, { subject, secret }) => {
    const account = store.get(`/core/serviceaccounts/${subject.namespace}/${subject.name}`)?.value
    const kept = store.get(`/core/secrets/${subject.namespace}/${secret}`)?.value
    if (account === undefined || kept === undefined || account.metadata.uid !== subject.uid) return false
    if ([account, kept].some(({ metadata }) => metadata.deletionTimestamp !== undefined)) return false
    const text = (kept['data'] as Record<string, string> | undefined)?.['token'] ?? ''
    return sameText(Buffer.from(text, 'base64').toString('utf8'), token)
  }
}
