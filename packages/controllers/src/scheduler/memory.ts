import type { Informer } from '@slipway/client'
import type { Labels } from '@slipway/objects'
import type { Node, Pod } from '../shared/types.ts'
import type { Placed, World } from './world.ts'

/**
 * What the scheduler has decided and its cache does not show yet: pods that it is binding, and nodes where pods wait for room that others are about to leave. Without it
 * two pods that are looked at in one moment would get the same room.
 */
export class Memory {
  readonly #pods: Informer<Pod>
  readonly #nodes: Informer<Node>
  readonly #namespaces: Informer
  readonly #assumed = new Map<string, string>()
  readonly #nominated = new Map<string, string>()

  constructor(informers: {
    readonly pods: Informer<Pod>
    readonly nodes: Informer<Node>
    readonly namespaces: Informer
  }) {
    this.#pods = informers.pods
    this.#nodes = informers.nodes
    this.#namespaces = informers.namespaces
  }

  assume(pod: Pod, node: string): void {
    this.#assumed.set(idOf(pod), node)
    this.#nominated.delete(idOf(pod))
  }

  /** A pod that could not be bound after all. */
  release(pod: Pod): void {
    this.#assumed.delete(idOf(pod))
  }

  isAssumed(pod: Pod): boolean {
    return this.#assumed.has(idOf(pod))
  }

  nominate(pod: Pod, node: string): void {
    this.#nominated.set(idOf(pod), node)
  }

  /** The node that a pod waits for; '' for none. */
  nominationOf(pod: Pod): string {
    return this.#nominated.get(idOf(pod)) ?? pod.status?.nominatedNodeName ?? ''
  }

  /** Drops what is known of a pod that is bound or gone. */
  forget(pod: Pod): void {
    this.#assumed.delete(idOf(pod))
    this.#nominated.delete(idOf(pod))
  }

  world(): World {
    const nodes = this.#nodes.list()
    const placed = this.#pods
      .list()
      .filter((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed')
      .map((pod): Placed => ({ pod, node: pod.spec.nodeName ?? this.#assumed.get(idOf(pod)) ?? '' }))
      .filter(({ node }) => node !== '')
    return { nodes, placed, labelsOfNamespace: (name) => this.#labelsOf(name) }
  }

  /** The pods that wait for room on some node. */
  nominated(waiting: readonly Pod[]): Placed[] {
    return waiting.flatMap((pod) => {
      const node = this.nominationOf(pod)
      return node === '' || this.isAssumed(pod) ? [] : [{ pod, node }]
    })
  }

  #labelsOf(namespace: string): Labels {
    return (
      this.#namespaces.get(`/${namespace}`)?.metadata.labels ?? this.#namespaces.get(namespace)?.metadata.labels ?? {}
    )
  }
}

function idOf({ metadata }: Pod): string {
  return metadata.uid ?? ''
}
