import {
  type Client,
  type Controller,
  eventRecorder,
  Informer,
  informerSource,
  startController,
  type KeysOf,
  type KindRef,
  type Recorder,
  type Reconcile,
  type Source,
} from '@slipway/client'
import type { Clock, KubeObject } from '@slipway/objects'

/** What every controller is given. */
export interface ControllerContext {
  readonly client: Client
  readonly clock: Clock
  readonly random: () => number
  /** Records events of a component; `host` says which instance of it. */
  readonly recorder: (component: string, host?: string) => Recorder
  /** The informer of a kind, shared by all controllers. */
  readonly informer: <T extends KubeObject>(kind: KindRef) => Informer<T>
  readonly onError: (failure: { controller: string; key: string; error: unknown }) => void
}

/** Makes the context of one controller manager, and the way to stop its informers. */
export function controllerContext(options: {
  readonly client: Client
  readonly clock: Clock
  readonly random: () => number
  readonly onError: ControllerContext['onError']
}): { readonly context: ControllerContext; readonly stop: () => Promise<void> } {
  const informers = new Map<string, Informer>()
  const { client, clock } = options
  const informer = <T extends KubeObject>(kind: KindRef): Informer<T> => {
    const key = `${kind.apiVersion} ${kind.kind}`
    const known = informers.get(key) ?? new Informer(client, kind, { clock })
    informers.set(key, known)
    return known as unknown as Informer<T>
  }
  const recorder = (component: string, host?: string): Recorder =>
    eventRecorder(client, { component, clock, ...(host === undefined ? {} : { host }) })
  const stop = async (): Promise<void> => {
    await Promise.all([...informers.values()].map((each) => each.stop()))
  }
  return { context: { ...options, informer, recorder }, stop }
}

/** Starts a controller in a context. */
export function start(
  context: ControllerContext,
  options: {
    readonly name: string
    readonly reconcile: Reconcile
    readonly sources: readonly Source[]
    readonly workers?: number
  },
): Promise<Controller> {
  return startController({ ...options, clock: context.clock, onError: context.onError })
}

/** A source of keys from a shared informer. */
export function source<T extends KubeObject>(context: ControllerContext, kind: KindRef, keysOf: KeysOf<T>): Source {
  return informerSource(context.informer<T>(kind), keysOf)
}
