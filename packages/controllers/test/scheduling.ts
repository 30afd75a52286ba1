import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { expect } from 'vitest'
import type { Pod } from '../src/shared/types.ts'
import type { TestCluster } from './cluster.ts'

const POD = { apiVersion: 'v1', kind: 'Pod' }
const NODE = { apiVersion: 'v1', kind: 'Node', name: 'n1' }

/** A pod for tests of the scheduler, of one container. */
export function podNamed(
  name: string,
  spec: object = {},
  { labels = {}, container = {} }: { labels?: Record<string, string>; container?: object } = {},
): KubeObject {
  return {
    ...POD,
    metadata: { name, namespace: 'default', labels },
    spec: { containers: [{ name: 'main', image: 'a:1', ...container }], ...spec },
  }
}

/** A container that requests something of its node. */
export function requests(amounts: Record<string, string>): { container: object } {
  const extended = Object.fromEntries(Object.entries(amounts).filter(([name]) => name.includes('/')))
  return { container: { resources: { requests: amounts, limits: extended } } }
}

/** A pod as it is now. */
export function podOf({ client }: TestCluster, name: string): Promise<Pod> {
  return client.get<Pod>({ ...POD, namespace: 'default', name })
}

/** Changes the only node. */
export function changeNode({ client }: TestCluster, body: object): Promise<KubeObject> {
  return client.patch(NODE, { type: 'merge', body })
}

/** Changes what the only node has. */
export function changeAllocatable({ client }: TestCluster, allocatable: Record<string, string>): Promise<KubeObject> {
  return client.patch({ ...NODE, subresource: 'status' }, { type: 'merge', body: { status: { allocatable } } })
}

/** Waits until a pod is on the node. */
export async function scheduled(cluster: TestCluster, name: string): Promise<Pod> {
  return eventually(async () => {
    const pod = await podOf(cluster, name)
    expect(pod.spec.nodeName, JSON.stringify(pod.status.conditions)).toBe('n1')
    return pod
  })
}

/** Waits until a pod is refused with these words, in its condition and in an event. */
export async function refused(cluster: TestCluster, name: string, message: string): Promise<Pod> {
  const pod = await eventually(async () => {
    const found = await podOf(cluster, name)
    const condition = found.status.conditions?.find(({ type }) => type === 'PodScheduled')
    expect(condition).toMatchObject({ status: 'False', reason: 'Unschedulable', message })
    return found
  })
  await eventually(async () => expect(await eventsOf(cluster, name)).toContain(`Warning FailedScheduling ${message}`))
  return pod
}

/** The events of an object: type, reason and message. */
export async function eventsOf({ client }: TestCluster, name: string): Promise<string[]> {
  const { items } = await client.list({ apiVersion: 'v1', kind: 'Event' }, { namespace: 'default' })
  return items
    .filter((event) => (event['involvedObject'] as { name: string }).name === name)
    .map((event) => `${String(event['type'])} ${String(event['reason'])} ${String(event['message'])}`)
}
