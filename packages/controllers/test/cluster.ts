import { startApiServer, type TokenIssuer } from '@slipway/apiserver'
import { createClient, Informer, type Client } from '@slipway/client'
import { startControllers } from '@slipway/controllers'
import { formatTime, keyOf, systemClock, type Clock, type KubeObject } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { onTestFinished } from 'vitest'

const POD = { apiVersion: 'v1', kind: 'Pod' }

/** An in-process API server with all controllers and a node whose pods are ready at once (or not, if `ready` says so), for one test. */
export interface TestCluster {
  readonly client: Client
  readonly pods: Informer
  readonly tokens: TokenIssuer
  readonly errors: unknown[]
  /** Decides which pods become ready; all by default. */
  ready: (pod: KubeObject) => boolean
  /** The phase that a pod reaches; Running by default. */
  phase: (pod: KubeObject) => string
  /** What else the status of a pod says; nothing by default. */
  status: (pod: KubeObject) => object
  /** Decides which pods end at once when they are deleted; all by default. */
  ends: (pod: KubeObject) => boolean
}

/** Starts one; with a clock of the test's own everything but its node runs on that. */
export async function testCluster(clock: Clock = systemClock): Promise<TestCluster> {
  const api = await startApiServer({ store: openMemoryStore(), clock })
  const client = createClient(api.handle, { userAgent: 'test' })
  const errors: unknown[] = []
  const manager = await startControllers({
    client,
    clock,
    ca: 'PEM',
    signToken: (account, secret) => api.tokens.issueForSecret(account, secret),
    onError: (failure) => errors.push(failure),
  })
  await client.create(NODE)
  const pods = new Informer(client, POD)
  const cluster: TestCluster = {
    client,
    pods,
    tokens: api.tokens,
    errors,
    ready: () => true,
    phase: () => 'Running',
    ends: () => true,
    status: () => ({}),
  }
  pods.listen((change) => {
    if (change.type !== 'deleted') tend(cluster, change.object).catch((error: unknown) => errors.push(error))
  })
  await pods.start()
  onTestFinished(async () => {
    await pods.stop()
    await manager.stop()
    await api.stop()
  })
  return cluster
}

const NODE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', labels: { 'kubernetes.io/hostname': 'n1' } },
  spec: {},
  status: { allocatable: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '10Gi', pods: '110' } },
}

async function tend(cluster: TestCluster, pod: KubeObject): Promise<void> {
  const current = cluster.pods.get(keyOf(pod)) ?? pod
  const ref = { ...POD, namespace: pod.metadata.namespace, name: pod.metadata.name ?? '' }
  if ((current['spec'] as { nodeName?: string }).nodeName === undefined) return
  if (current.metadata.deletionTimestamp !== undefined) {
    if (!cluster.ends(current)) return
    await cluster.client.delete(ref, { gracePeriodSeconds: 0 }).catch(() => undefined)
    return
  }
  const status = (current['status'] ?? {}) as { phase?: string; conditions?: { type: string; status: string }[] }
  const phase = cluster.phase(current)
  const ready = phase === 'Running' && cluster.ready(current) ? 'True' : 'False'
  if (status.phase === phase && status.conditions?.find((condition) => condition.type === 'Ready')?.status === ready)
    return
  const condition = { type: 'Ready', status: ready, lastTransitionTime: formatTime(systemClock.now()) }
  const address = `10.244.0.${1 + (Number.parseInt((current.metadata.uid ?? '0').slice(0, 4), 16) % 250)}`
  await cluster.client
    .patch(
      { ...ref, subresource: 'status' },
      {
        type: 'strategic',
        body: { status: { phase, podIP: address, conditions: [condition], ...cluster.status(current) } },
      },
    )
    .catch(() => undefined)
}

/** A Deployment for tests. */
export function deployment(name: string, spec: object = {}, image = 'web:1'): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image }] } },
      ...spec,
    },
  }
}
