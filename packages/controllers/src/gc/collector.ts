import {
  hasReason,
  Informer,
  startController,
  type Client,
  type Controller,
  type KindRef,
  type Source,
} from '@slipway/client'
import { deepEqual, type Clock, type KubeObject, type OwnerReference } from '@slipway/objects'
import type { ControllerContext } from '../shared/context.ts'

interface Node {
  readonly kind: KindRef
  object: KubeObject
}

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'

/**
 * Deletes objects whose owners are all gone, and carries out foreground and orphaning deletions: k8s.io/kubernetes/pkg/controller/garbagecollector. It watches
 * every kind that can be listed and deleted, also those that CustomResourceDefinitions add.
 */
export async function startGarbageCollector(context: ControllerContext): Promise<Controller> {
  const graph = new Graph(context.client, context.clock)
  await graph.refresh()
  const controller = await startController({
    name: 'garbage-collector',
    sources: [graph.source],
    clock: context.clock,
    onError: context.onError,
    reconcile: async (uid) => {
      const node = graph.get(uid)
      if (node !== undefined) await collect(context.client, graph, node)
      return undefined
    },
  })
  const definitions = context.informer({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' })
  const unsubscribe = definitions.listen(() => {
    graph.refresh().catch((error: unknown) => context.onError({ controller: 'garbage-collector', key: '', error }))
  })
  await definitions.start()
  return {
    ...controller,
    get idle() {
      return controller.idle
    },
    stop: async () => {
      unsubscribe()
      await Promise.all([controller.stop(), graph.stop()])
    },
  }
}

/** Every object by uid, and who depends on whom. */
class Graph {
  readonly #client: Client
  readonly #clock: Clock
  readonly #nodes = new Map<string, Node>()
  readonly #dependents = new Map<string, Set<string>>()
  readonly #informers = new Map<string, Informer>()
  #enqueue: (uid: string) => void = () => undefined

  constructor(client: Client, clock: Clock) {
    this.#client = client
    this.#clock = clock
  }

  get source(): Source {
    return {
      ready: async () => {},
      subscribe: (add) => {
        this.#enqueue = add
        for (const uid of this.#nodes.keys()) add(uid)
        return () => {
          this.#enqueue = () => undefined
        }
      },
    }
  }

  get(uid: string): Node | undefined {
    return this.#nodes.get(uid)
  }

  dependentsOf(uid: string): Node[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#nodes.get(dependent) ?? [])
  }

  /** Starts watching kinds that are new, and stops for kinds that are gone. */
  async refresh(): Promise<void> {
    this.#client.resources.invalidate()
    const kinds = (await this.#client.resources.all()).filter(
      (resource) =>
        ['list', 'watch', 'delete'].every((verb) => resource.verbs.includes(verb)) &&
        !IGNORED.has(`${resource.apiVersion} ${resource.kind}`),
    )
    const known = new Set(kinds.map((kind) => `${kind.apiVersion} ${kind.kind}`))
    await Promise.all(kinds.map((kind) => this.#watch(kind)))
    for (const [key, informer] of this.#informers) {
      if (known.has(key)) continue
      this.#informers.delete(key)
      await informer.stop()
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.stop()))
  }

  async #watch({ apiVersion, kind }: KindRef): Promise<void> {
    const key = `${apiVersion} ${kind}`
    if (this.#informers.has(key)) return
    const informer = new Informer(this.#client, { apiVersion, kind }, { clock: this.#clock })
    this.#informers.set(key, informer)
    informer.listen((change) => {
      if (change.type === 'deleted') this.#remove(change.object)
      else this.#add({ apiVersion, kind }, change.object)
    })
    await informer.start()
  }

  #add(kind: KindRef, object: KubeObject): void {
    const uid = object.metadata.uid ?? ''
    const before = this.#nodes.get(uid)?.object.metadata.ownerReferences ?? []
    this.#unlink(uid)
    this.#nodes.set(uid, { kind, object })
    for (const owner of object.metadata.ownerReferences ?? []) {
      const dependents = this.#dependents.get(owner.uid) ?? new Set()
      this.#dependents.set(owner.uid, dependents.add(uid))
    }
    this.#enqueue(uid)
    // An owner that waited for it, and that it has left or blocks no more, looks again.
    for (const owner of before)
      if (!(object.metadata.ownerReferences ?? []).some((present) => deepEqual(present, owner)))
        this.#enqueue(owner.uid)
  }

  #remove(object: KubeObject): void {
    const uid = object.metadata.uid ?? ''
    const owners = object.metadata.ownerReferences ?? []
    this.#unlink(uid)
    this.#nodes.delete(uid)
    for (const dependent of this.#dependents.get(uid) ?? []) this.#enqueue(dependent)
    // An owner that waits for its dependents looks again.
    for (const owner of owners) this.#enqueue(owner.uid)
  }

  #unlink(uid: string): void {
    for (const owner of this.#nodes.get(uid)?.object.metadata.ownerReferences ?? [])
      this.#dependents.get(owner.uid)?.delete(uid)
  }
}

const IGNORED = new Set(['v1 Event', 'events.k8s.io/v1 Event', 'autoscaling/v1 HorizontalPodAutoscaler'])

async function collect(client: Client, graph: Graph, node: Node): Promise<void> {
  const { object } = node
  const finalizers = object.metadata.finalizers ?? []
  if (object.metadata.deletionTimestamp !== undefined && finalizers.includes(ORPHAN)) return orphan(client, graph, node)
  if (object.metadata.deletionTimestamp !== undefined && finalizers.includes(FOREGROUND))
    return foreground(client, graph, node)
  const owners = object.metadata.ownerReferences ?? []
  if (owners.length === 0 || object.metadata.deletionTimestamp !== undefined) return
  const states = await Promise.all(owners.map((owner) => stateOf(client, graph, { owner, object })))
  const solid = owners.filter((_, index) => states[index] === 'solid')
  // An owner that waits for this object to go gets on without it.
  if (solid.length > 0) return dropOwners(client, node, { keep: solid, all: owners })
  const dependents = graph.dependentsOf(object.metadata.uid ?? '')
  if (!states.includes('waiting') || dependents.length === 0) return remove(client, node, policyOf(object))
  // Its owner waits for it, it will wait for its dependents: where one of them waits already, they might wait for one another for ever.
  if (dependents.some((dependent) => isWaiting(dependent.object))) await unblockOwners(client, node)
  await remove(client, node, 'Foreground')
}

function isWaiting({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(FOREGROUND) === true
}

async function unblockOwners(client: Client, node: Node): Promise<void> {
  const { uid, ownerReferences = [] } = node.object.metadata
  const free = ownerReferences.map((owner) => ({ ...owner, blockOwnerDeletion: false }))
  const body = { metadata: { uid, ownerReferences: free } }
  try {
    // What is removed next must be what this left.
    node.object = await client.patch(refOf(node), { type: 'merge', body })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

// What finalizer an object carries already says how its owner wanted its dependents treated.
function policyOf(object: KubeObject): 'Background' | 'Foreground' | 'Orphan' {
  if (object.metadata.finalizers?.includes(ORPHAN) === true) return 'Orphan'
  return object.metadata.finalizers?.includes(FOREGROUND) === true ? 'Foreground' : 'Background'
}

/** `gone`: no such owner; `waiting`: it waits in a foreground deletion for this object to go; `solid`: a reason to stay. */
async function stateOf(
  client: Client,
  graph: Graph,
  at: { owner: OwnerReference; object: KubeObject },
): Promise<'solid' | 'waiting' | 'gone'> {
  const { owner, object } = at
  const known = graph.get(owner.uid)?.object
  const present = known ?? (await fetchOwner(client, owner, object))
  if (present === undefined || present.metadata.uid !== owner.uid) return 'gone'
  return isWaiting(present) ? 'waiting' : 'solid'
}

// The cache may simply not have the owner yet: only the API's own answer makes it gone.
async function fetchOwner(client: Client, owner: OwnerReference, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    const { apiVersion, kind, name } = owner
    const resource = await client.resources.find({ apiVersion, kind })
    return await client.get({
      apiVersion,
      kind,
      name,
      ...(resource.namespaced ? { namespace: object.metadata.namespace } : {}),
    })
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  }
}

async function foreground(client: Client, graph: Graph, node: Node): Promise<void> {
  const uid = node.object.metadata.uid ?? ''
  const blocking = graph
    .dependentsOf(uid)
    .filter(
      (dependent) =>
        dependent.object.metadata.ownerReferences?.some(
          (owner) => owner.uid === uid && owner.blockOwnerDeletion === true,
        ) === true,
    )
  if (blocking.length === 0) return removeFinalizer(client, node, FOREGROUND)
  for (const dependent of blocking)
    if (dependent.object.metadata.deletionTimestamp === undefined) await collect(client, graph, dependent)
}

async function orphan(client: Client, graph: Graph, node: Node): Promise<void> {
  const uid = node.object.metadata.uid ?? ''
  for (const dependent of graph.dependentsOf(uid)) {
    const all = dependent.object.metadata.ownerReferences ?? []
    await dropOwners(client, dependent, { keep: all.filter((owner) => owner.uid !== uid), all })
  }
  await removeFinalizer(client, node, ORPHAN)
}

async function dropOwners(
  client: Client,
  node: Node,
  owners: { keep: readonly OwnerReference[]; all: readonly OwnerReference[] },
): Promise<void> {
  if (owners.keep.length === owners.all.length) return
  const ownerReferences = owners.keep.length === 0 ? null : owners.keep
  await ignoringGone(
    client.patch(refOf(node), {
      type: 'merge',
      body: { metadata: { uid: node.object.metadata.uid, ownerReferences } },
    }),
  )
}

async function removeFinalizer(client: Client, node: Node, name: string): Promise<void> {
  const finalizers = (node.object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== name)
  const { resourceVersion } = node.object.metadata
  await ignoringGone(
    client.patch(refOf(node), {
      type: 'merge',
      body: { metadata: { resourceVersion, finalizers: finalizers.length === 0 ? null : finalizers } },
    }),
  )
}

async function remove(
  client: Client,
  node: Node,
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
): Promise<void> {
  const { uid, resourceVersion } = node.object.metadata
  const preconditions = {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  }
  await ignoringGone(client.delete(refOf(node), { propagationPolicy, preconditions }))
}

// A conflict means that the object changed: its event brings it back here.
async function ignoringGone(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

function refOf(node: Node): KindRef & { namespace?: string | undefined; name: string } {
  return { ...node.kind, namespace: node.object.metadata.namespace, name: node.object.metadata.name ?? '' }
}
