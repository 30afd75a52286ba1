import { type ApiRequest, type ApiResponse, formatTime, type KubeObject, parseLabelSelector } from '@slipway/objects'
import type { ContainerUsage, UsageSample } from './sampler.ts'

const VERSION = 'metrics.k8s.io/v1beta1'

/** What `metrics.k8s.io` answers from. */
export interface MetricsSource {
  readonly node: string
  readonly sample: () => UsageSample | undefined
  /** The labels of a pod, for selectors; undefined for one that is gone. */
  readonly labels: (namespace: string, pod: string) => Readonly<Record<string, string>> | undefined
}

/** Serves `metrics.k8s.io/v1beta1`: PodMetrics and NodeMetrics from the real use of processes, as metrics-server does. */
export function metricsApi(source: MetricsSource): (request: ApiRequest) => Promise<ApiResponse> {
  return async ({ path }) => {
    const url = new URL(path, 'http://localhost')
    const parts = url.pathname.split('/').slice(4)
    const answer = answerFor(parts, url.searchParams, source)
    if (answer !== undefined) return { status: 200, object: answer }
    const name = parts.at(-1) ?? ''
    const resource = parts.at(-2) ?? ''
    const message = `${resource}.metrics.k8s.io "${name}" not found`
    return {
      status: 404,
      object: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message,
        reason: 'NotFound',
        details: { name, group: 'metrics.k8s.io', kind: resource },
        code: 404,
      },
    }
  }
}

function answerFor(parts: readonly string[], query: URLSearchParams, source: MetricsSource): object | undefined {
  if (parts[0] === 'nodes') return nodeAnswer(parts[1], source)
  const namespace = parts[0] === 'namespaces' ? parts[1] : undefined
  const name = parts[0] === 'namespaces' ? parts[3] : undefined
  const pods = podMetrics(source, query).filter(
    ({ metadata }) =>
      (namespace === undefined || metadata.namespace === namespace) && (name === undefined || metadata.name === name),
  )
  if (name !== undefined) return pods[0]
  return { kind: 'PodMetricsList', apiVersion: VERSION, metadata: {}, items: pods }
}

function podMetrics(source: MetricsSource, query: URLSearchParams): KubeObject[] {
  const sample = source.sample()
  if (sample === undefined) return []
  const selector = parseLabelSelector(query.get('labelSelector') ?? '')
  const groups = groupByPod(sample.containers)
  return [...groups.values()].flatMap((containers) => {
    const [{ namespace, pod } = { namespace: '', pod: '' }] = containers
    const labels = source.labels(namespace, pod)
    if (labels === undefined || !selector.matches(labels)) return []
    return [
      {
        kind: 'PodMetrics',
        apiVersion: VERSION,
        metadata: { name: pod, namespace, labels: { ...labels }, ...created(sample) },
        ...timed(sample, containers),
        containers: containers.map((each) => containerOf(each)),
      },
    ]
  })
}

function nodeAnswer(name: string | undefined, source: MetricsSource): object | undefined {
  const sample = source.sample()
  const total = (sample?.containers ?? []).reduce(
    (sum, { cpuMilli, memoryBytes }) => ({
      cpuMilli: sum.cpuMilli + cpuMilli,
      memoryBytes: sum.memoryBytes + memoryBytes,
    }),
    { cpuMilli: 0, memoryBytes: 0 },
  )
  const items =
    sample === undefined
      ? []
      : [
          {
            kind: 'NodeMetrics',
            apiVersion: VERSION,
            metadata: { name: source.node, ...created(sample) },
            ...timed(sample, sample.containers),
            usage: usageOf(total),
          },
        ]
  if (name === undefined) return { kind: 'NodeMetricsList', apiVersion: VERSION, metadata: {}, items }
  return name === source.node ? items[0] : undefined
}

function containerOf(usage: ContainerUsage): object {
  return { name: usage.container, usage: usageOf(usage) }
}

function usageOf({ cpuMilli, memoryBytes }: { readonly cpuMilli: number; readonly memoryBytes: number }): object {
  return { cpu: `${cpuMilli}m`, memory: `${Math.ceil(memoryBytes / 1024)}Ki` }
}

function created(sample: UsageSample): object {
  return { creationTimestamp: formatTime(sample.at) }
}

function timed(sample: UsageSample, containers: readonly ContainerUsage[]): object {
  const seconds = Math.max(0, ...containers.map(({ windowSeconds }) => windowSeconds))
  return { timestamp: formatTime(sample.at), window: `${seconds.toFixed(3)}s` }
}

function groupByPod(containers: readonly ContainerUsage[]): Map<string, ContainerUsage[]> {
  const groups = new Map<string, ContainerUsage[]>()
  for (const usage of containers) {
    const key = `${usage.namespace}/${usage.pod}`
    groups.set(key, [...(groups.get(key) ?? []), usage])
  }
  return groups
}
