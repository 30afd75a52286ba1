import type { KubeObject } from '@slipway/objects'

interface CpuTarget {
  type?: string
  resource?: {
    name?: string
    target?: { type?: string; averageUtilization?: number }
    current?: { averageUtilization?: number }
  }
}

interface HpaSpec {
  metrics?: CpuTarget[] | null
  behavior?: unknown
  targetCPUUtilizationPercentage?: number
  [field: string]: unknown
}

interface HpaStatus {
  currentMetrics?: CpuTarget[] | null
  conditions?: unknown
  currentCPUUtilizationPercentage?: number
  [field: string]: unknown
}

const ANNOTATIONS = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
} as const

/** An autoscaling/v2 HorizontalPodAutoscaler as v1: the CPU target is a field, what v1 has no field for goes into the annotations that Kubernetes uses. */
export function hpaToV1(hpa: KubeObject): KubeObject {
  const { metrics: wanted, behavior, ...spec } = (hpa['spec'] ?? {}) as HpaSpec
  const { currentMetrics: measured, conditions, ...status } = (hpa['status'] ?? {}) as HpaStatus
  // Go writes an empty list here as null.
  const [metrics, currentMetrics] = [wanted ?? [], measured ?? []]
  const cpu = metrics.find(isCpu)
  const others = metrics.filter((metric) => metric !== cpu)
  const usage = currentMetrics.find(isCpu)?.resource?.current?.averageUtilization
  const annotations = {
    ...hpa.metadata.annotations,
    ...(others.length === 0 ? {} : { [ANNOTATIONS.metrics]: JSON.stringify(others) }),
    ...(behavior === undefined ? {} : { [ANNOTATIONS.behavior]: JSON.stringify(behavior) }),
    ...(currentMetrics.length === 0 ? {} : { [ANNOTATIONS.currentMetrics]: JSON.stringify(currentMetrics) }),
    ...(conditions === undefined ? {} : { [ANNOTATIONS.conditions]: JSON.stringify(conditions) }),
  }
  const target = cpu?.resource?.target?.averageUtilization
  return {
    ...hpa,
    metadata: Object.keys(annotations).length === 0 ? hpa.metadata : { ...hpa.metadata, annotations },
    spec: { ...spec, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
    ...(hpa['status'] === undefined
      ? {}
      : { status: { ...status, ...(usage === undefined ? {} : { currentCPUUtilizationPercentage: usage }) } }),
  }
}

/** An autoscaling/v1 HorizontalPodAutoscaler as v2; the inverse of {@link hpaToV1}. */
export function hpaToV2(hpa: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: percent, ...spec } = (hpa['spec'] ?? {}) as HpaSpec
  const { currentCPUUtilizationPercentage: _, ...status } = (hpa['status'] ?? {}) as HpaStatus
  const annotations = { ...hpa.metadata.annotations }
  const take = (name: string): unknown => {
    const value = parsed(annotations[name])
    if (value !== undefined) delete annotations[name]
    return value
  }
  const others = (take(ANNOTATIONS.metrics) ?? []) as CpuTarget[]
  const behavior = take(ANNOTATIONS.behavior)
  const currentMetrics = take(ANNOTATIONS.currentMetrics)
  const conditions = take(ANNOTATIONS.conditions)
  const cpu: CpuTarget[] =
    percent === undefined
      ? []
      : [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } } }]
  const { annotations: __, ...metadata } = hpa.metadata
  return {
    ...hpa,
    metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
    spec: {
      ...spec,
      ...(cpu.length + others.length === 0 ? {} : { metrics: [...others, ...cpu] }),
      ...(behavior === undefined ? {} : { behavior }),
    },
    ...(hpa['status'] === undefined
      ? {}
      : {
          status: {
            ...status,
            ...(currentMetrics === undefined ? {} : { currentMetrics }),
            ...(conditions === undefined ? {} : { conditions }),
          },
        }),
  }
}

// Anybody may write anything into an annotation: what is no JSON stays one.
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function isCpu(metric: CpuTarget): boolean {
  return metric.type === 'Resource' && metric.resource?.name === 'cpu'
}
