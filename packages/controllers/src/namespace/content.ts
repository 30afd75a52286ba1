import { pathOf, type ObjectList, type ResourceInfo } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { parseApiVersion, type KubeObject } from '@slipway/objects'
import type { ControllerContext } from '../shared/context.ts'
import type { Progress } from './conditions.ts'

/** A namespace that is being deleted. */
export interface Emptied {
  readonly name: string
  /** When its deletion began, in milliseconds since 1970. */
  readonly since: number
}

/**
 * Deletes what is in a namespace and counts what stays: pods first, and nothing else before the last of them is gone, so that a program that ends still has what it was
 * given. namespace/deletion/namespaced_resources_deleter.go.
 */
export async function emptyNamespace(
  context: ControllerContext,
  namespace: Emptied,
): Promise<{ readonly progress: Progress; readonly left: number }> {
  const resources = await deletable(context)
  if (typeof resources === 'string')
    return { progress: { discovery: resources, failures: [], finalizers: new Map() }, left: 1 }
  const isPods = ({ apiVersion, plural }: ResourceInfo): boolean => apiVersion === 'v1' && plural === 'pods'
  const tally = new Tally(context, namespace)
  for (const resource of resources.filter(isPods)) await tally.clear(resource)
  if (tally.total > 0) return { progress: { failures: tally.failures, finalizers: new Map() }, left: tally.total }
  for (const resource of resources.filter((each) => !isPods(each))) await tally.clear(resource)
  const { failures, left, finalizers } = tally
  return { progress: { failures, left, finalizers }, left: tally.total + failures.length }
}

// One version a kind; `events.k8s.io` shows the core events, which are deleted as such. A text is why discovery failed.
async function deletable(context: ControllerContext): Promise<readonly ResourceInfo[] | string> {
  try {
    context.client.resources.invalidate()
    const seen = new Set<string>()
    return (await context.client.resources.all()).filter((resource) => {
      const key = keyOf(resource)
      const usable = resource.namespaced && resource.verbs.includes('delete') && resource.verbs.includes('list')
      if (!usable || key === 'events.events.k8s.io' || seen.has(key)) return false
      seen.add(key)
      return true
    })
  } catch (error) {
    return messageOf(error)
  }
}

function keyOf({ apiVersion, plural }: ResourceInfo): string {
  return `${plural}.${parseApiVersion(apiVersion).group}`
}

class Tally {
  readonly failures: string[] = []
  readonly left = new Map<string, number>()
  readonly finalizers = new Map<string, number>()
  total = 0
  readonly #context: ControllerContext
  readonly #namespace: Emptied

  constructor(context: ControllerContext, namespace: Emptied) {
    this.#context = context
    this.#namespace = namespace
  }

  async clear(resource: ResourceInfo): Promise<void> {
    try {
      const before = await this.#list(resource)
      if (before.length === 0) return
      await this.#remove(resource, before)
      const after = await this.#list(resource)
      if (after.length > 0) this.#count(resource, before, after)
    } catch (error) {
      this.failures.push(messageOf(error))
    }
  }

  async #list(resource: ResourceInfo): Promise<ObjectList['items']> {
    return (await this.#context.client.list(resource, { namespace: this.#namespace.name })).items
  }

  async #remove(resource: ResourceInfo, objects: readonly KubeObject[]): Promise<void> {
    const { client } = this.#context
    const { name: namespace } = this.#namespace
    const body = { propagationPolicy: 'Background' }
    const paths = resource.verbs.includes('deletecollection')
      ? [pathOf(resource, { namespace })]
      : objects.map(({ metadata }) => pathOf(resource, { namespace, name: metadata.name ?? '' }))
    for (const path of paths) {
      const { status, object } = await client.raw({ method: 'DELETE', path, contentType: 'application/json', body })
      if (status >= 400 && status !== 404) throw new Error(String((object as { message?: string }).message))
    }
  }

  // What stays without a finalizer and longer than its pods may take is a fault.
  #count(resource: ResourceInfo, before: readonly KubeObject[], after: readonly KubeObject[]): void {
    const { name, since } = this.#namespace
    this.total += after.length
    this.left.set(keyOf(resource), after.length)
    const finalizers = after.flatMap(({ metadata }) => metadata.finalizers ?? [])
    for (const finalizer of finalizers) this.finalizers.set(finalizer, (this.finalizers.get(finalizer) ?? 0) + 1)
    const patience = Math.max(0, ...before.map(graceOf)) * 1000
    if (finalizers.length > 0 || this.#context.clock.now() - since < patience) return
    const { group, version } = parseApiVersion(resource.apiVersion)
    const kind = `${group}/${version}, Resource=${resource.plural}`
    this.failures.push(`unexpected items still remain in namespace: ${name} for gvr: ${kind}`)
  }
}

function graceOf(object: KubeObject): number {
  const { phase } = (object['status'] ?? {}) as { phase?: string }
  if (phase === 'Succeeded' || phase === 'Failed') return 0
  return (object['spec'] as { terminationGracePeriodSeconds?: number } | undefined)?.terminationGracePeriodSeconds ?? 0
}
