import { Informer, type Change, type Client, type ResourceInfo } from '@slipway/client'
import { formatResourceKey, keyTextOf, type ResourceKey } from '@slipway/gitops'
import { gvkOf, type Clock, type KubeObject } from '@slipway/objects'
import { trackingOf } from '../tracking.ts'
import { isExcluded } from './excluded.ts'

/** A change of a live object, with the Applications that it may concern. */
export interface LiveChange {
  readonly object: KubeObject
  /** What it was before, for one that was modified. */
  readonly previous: KubeObject | undefined
  /** Instance names of the Applications that track it now or did before. */
  readonly instances: readonly string[]
}

/** All live objects of the cluster that can be listed and watched. */
export interface LiveCache {
  get(key: ResourceKey): KubeObject | undefined
  /** Objects without an owner that are tracked for an Application. */
  trackedBy(instance: string): readonly KubeObject[]
  /** The object and what it owns, directly and through others. */
  withChildren(object: KubeObject): readonly KubeObject[]
  /** How a kind is reached; undefined when the API does not serve it in any version. */
  resource(of: { readonly group: string; readonly kind: string }): ResourceInfo | undefined
  /** The API versions that are served: `apps/v1`, `apps/v1/Deployment`. */
  apiVersions(): readonly string[]
  listen(listener: (change: LiveChange) => void): () => void
  /** Looks for new kinds now. */
  discover(): Promise<void>
  /** Waits, for 2 s at most, until the cache shows an object in this version or a later one. */
  seen(object: KubeObject): Promise<void>
  /** Waits, for 2 s at most, until the cache has dropped an object. */
  dropped(object: KubeObject): Promise<void>
  stop(): Promise<void>
}

/** What a cache needs. */
export interface LiveCacheOptions {
  readonly client: Client
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

const PATIENCE = 2_000

/** Starts a cache and waits for the first list of every kind. */
export async function startLiveCache(options: LiveCacheOptions): Promise<LiveCache> {
  const cache = new Cache(options)
  await cache.discover()
  return cache
}

class Cache implements LiveCache {
  readonly #options: LiveCacheOptions
  readonly #resources = new Map<string, ResourceInfo>()
  readonly #informers = new Map<string, Informer>()
  readonly #objects = new Map<string, KubeObject>()
  readonly #tracked = new Map<string, Map<string, KubeObject>>()
  readonly #children = new Map<string, Map<string, KubeObject>>()
  readonly #listeners = new Set<(change: LiveChange) => void>()
  readonly #waiting = new Set<() => void>()
  #apiVersions: readonly string[] = []
  #discovering: Promise<void> | undefined

  constructor(options: LiveCacheOptions) {
    this.#options = options
  }

  get(key: ResourceKey): KubeObject | undefined {
    return this.#objects.get(formatResourceKey(key))
  }

  trackedBy(instance: string): readonly KubeObject[] {
    return [...(this.#tracked.get(instance)?.values() ?? [])]
  }

  withChildren(object: KubeObject): readonly KubeObject[] {
    const found = new Map<string, KubeObject>([[keyTextOf(object), object]])
    for (const next of found.values()) {
      for (const child of this.#children.get(next.metadata.uid ?? '')?.values() ?? [])
        found.set(keyTextOf(child), child)
    }
    return [...found.values()]
  }

  resource(of: { readonly group: string; readonly kind: string }): ResourceInfo | undefined {
    return this.#resources.get(`${of.group}/${of.kind}`)
  }

  apiVersions(): readonly string[] {
    return this.#apiVersions
  }

  listen(listener: (change: LiveChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  discover(): Promise<void> {
    this.#discovering ??= this.#discoverNow().finally(() => {
      this.#discovering = undefined
    })
    return this.#discovering
  }

  seen(object: KubeObject): Promise<void> {
    const wanted = Number(object.metadata.resourceVersion ?? '0')
    const informer = this.#informers.get(groupKindOf(object))
    if (informer === undefined || !Number.isFinite(wanted)) return Promise.resolve()
    return this.#until(() => {
      const shown = this.#objects.get(keyTextOf(object))
      return Number(shown?.metadata.resourceVersion ?? '0') >= wanted || Number(informer.resourceVersion) >= wanted
    })
  }

  dropped(object: KubeObject): Promise<void> {
    return this.#until(() => this.#objects.get(keyTextOf(object))?.metadata.uid !== object.metadata.uid)
  }

  async stop(): Promise<void> {
    for (const check of this.#waiting) check()
    await Promise.all([...this.#informers.values()].map((informer) => informer.stop()))
  }

  #until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve()
    return new Promise((resolve) => {
      const end = (): void => {
        cancel()
        this.#waiting.delete(check)
        resolve()
      }
      const check = (): void => {
        if (holds()) end()
      }
      const cancel = this.#options.clock.after(PATIENCE, end)
      this.#waiting.add(check)
    })
  }

  async #discoverNow(): Promise<void> {
    const { client } = this.#options
    client.resources.invalidate()
    const all = await client.resources.all()
    this.#apiVersions = [
      ...new Set(all.flatMap(({ apiVersion, kind }) => [apiVersion, `${apiVersion}/${kind}`])),
    ].sort()
    const started: Promise<void>[] = []
    const served = new Set<string>()
    for (const resource of all) {
      const key = groupKindOf(resource)
      served.add(key)
      // The API names its preferred version first.
      if (!this.#resources.has(key) || !all.includes(this.#resources.get(key) ?? resource))
        this.#resources.set(key, resource)
      if (isExcluded(resource) || this.#informers.has(key)) continue
      if (!resource.verbs.includes('list') || !resource.verbs.includes('watch')) continue
      started.push(this.#watch(key, resource))
    }
    for (const key of this.#resources.keys()) if (!served.has(key)) await this.#forget(key)
    await Promise.all(started)
  }

  #watch(key: string, resource: ResourceInfo): Promise<void> {
    const { client, clock, onError } = this.#options
    const informer = new Informer(client, resource, { clock, onError })
    this.#informers.set(key, informer)
    informer.listen((change) => this.#take(change))
    return informer.start()
  }

  async #forget(key: string): Promise<void> {
    const informer = this.#informers.get(key)
    this.#resources.delete(key)
    this.#informers.delete(key)
    for (const object of informer?.list() ?? []) this.#take({ type: 'deleted', object, previous: object })
    await informer?.stop()
  }

  #take(change: Change): void {
    const { object, previous, type } = change
    const key = keyTextOf(object)
    if (previous !== undefined) this.#index(key, previous, false)
    if (type === 'deleted') this.#objects.delete(key)
    else {
      this.#objects.set(key, object)
      this.#index(key, object, true)
    }
    const instances = [previous, object].flatMap((each) => (each === undefined ? [] : this.#instancesOf(each)))
    // Pods that come and go change the images that an Application runs.
    if (object.kind === 'Pod' && type !== 'modified') instances.push(...this.#instancesAbove(object))
    for (const check of this.#waiting) check()
    const told = { object, previous: type === 'modified' ? previous : undefined, instances: [...new Set(instances)] }
    for (const listener of this.#listeners) listener(told)
  }

  #instancesOf(object: KubeObject): readonly string[] {
    const owned = (object.metadata.ownerReferences ?? []).length > 0
    const tracking = owned ? undefined : trackingOf(object)
    return tracking === undefined ? [] : [tracking.instance]
  }

  #instancesAbove(object: KubeObject): readonly string[] {
    const owners = (object.metadata.ownerReferences ?? []).flatMap(({ apiVersion, kind, name }) => {
      const { group } = gvkOf({ apiVersion, kind })
      const { namespace = '' } = object.metadata
      return this.get({ group, kind, namespace, name }) ?? []
    })
    return owners.flatMap((owner) => [...this.#instancesOf(owner), ...this.#instancesAbove(owner)])
  }

  #index(key: string, object: KubeObject, add: boolean): void {
    const groups = [
      ...this.#instancesOf(object).map((instance) => [this.#tracked, instance] as const),
      ...(object.metadata.ownerReferences ?? []).map(({ uid }) => [this.#children, uid] as const),
    ]
    for (const [map, name] of groups) {
      const members = map.get(name) ?? new Map<string, KubeObject>()
      if (add) members.set(key, object)
      else members.delete(key)
      if (members.size === 0) map.delete(name)
      else map.set(name, members)
    }
  }
}

function groupKindOf(of: { readonly apiVersion: string; readonly kind: string }): string {
  const { group, kind } = gvkOf(of)
  return `${group}/${kind}`
}
