import { isRecord, type KubeObject } from '@slipway/objects'
import type { Strategy } from '../registry/definition.ts'
import { mergeLabelKeys } from './pod-label-keys.ts'

type Json = Record<string, unknown>

/** Pods: Pending with a quality of service, deleted gracefully once they run somewhere. */
export const podStrategy: Partial<Strategy> = {
  prepareForCreate: (object, { now }) => {
    object['status'] = { phase: 'Pending', qosClass: qualityOf(object), ...gatedCondition(object, now) }
    mergeLabelKeys(object)
  },
  prepareForStatusUpdate: writeProbeTimes,
  prepareForUpdate: writeProbeTimes,
  gracefulDelete: (object, requested) => {
    const spec = object['spec'] as { nodeName?: string; terminationGracePeriodSeconds?: number } | undefined
    const phase = (object['status'] as { phase?: string } | undefined)?.phase
    // A pod that runs nowhere or has ended is gone at once: k8s.io/kubernetes/pkg/registry/core/pod/strategy.go, CheckGracefulDelete.
    if ((spec?.nodeName ?? '') === '' || phase === 'Failed' || phase === 'Succeeded') return 0
    return requested ?? spec?.terminationGracePeriodSeconds ?? 30
  },
  selectableFields: (object) => {
    const spec = (object['spec'] ?? {}) as Json
    const status = (object['status'] ?? {}) as Json
    return {
      'spec.nodeName': String(spec['nodeName'] ?? ''),
      'spec.restartPolicy': String(spec['restartPolicy'] ?? ''),
      'spec.schedulerName': String(spec['schedulerName'] ?? ''),
      'spec.serviceAccountName': String(spec['serviceAccountName'] ?? ''),
      'spec.hostNetwork': String(spec['hostNetwork'] === true),
      'status.phase': String(status['phase'] ?? ''),
      'status.podIP': String(status['podIP'] ?? ''),
      'status.nominatedNodeName': String(status['nominatedNodeName'] ?? ''),
    }
  },
}

// No scheduler looks at a pod with gates, so the API server says why it waits: strategy.go, applySchedulingGatedCondition.
function gatedCondition(object: KubeObject, now: string): { readonly conditions?: readonly Json[] } {
  if (listOf((object['spec'] as Json | undefined)?.['schedulingGates']).length === 0) return {}
  const reason = 'SchedulingGated'
  const message = 'Scheduling is blocked due to non-empty scheduling gates'
  const times = { lastProbeTime: null, lastTransitionTime: now }
  return { conditions: [{ type: 'PodScheduled', status: 'False', reason, message, ...times }] }
}

// Go writes this field of a condition even when it is empty, and no JSON that was decoded has it.
function writeProbeTimes(object: KubeObject): void {
  const { conditions } = (object['status'] ?? {}) as { conditions?: Json[] }
  for (const condition of conditions ?? []) condition['lastProbeTime'] ??= null
}

/** k8s.io/kubernetes/pkg/apis/core/helper/qos: Guaranteed when every container limits cpu and memory and requests just that, BestEffort when none asks for anything. */
export function qualityOf(pod: KubeObject): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const spec = (pod['spec'] ?? {}) as Json
  const containers = [...listOf(spec['initContainers']), ...listOf(spec['containers'])]
  const resources = containers.map((container) => (isRecord(container['resources']) ? container['resources'] : {}))
  const asked = resources.some((of) => hasAny(of['requests']) || hasAny(of['limits']))
  if (!asked) return 'BestEffort'
  const guaranteed = resources.every((of) => ['cpu', 'memory'].every((name) => isGuaranteed(of, name)))
  return guaranteed ? 'Guaranteed' : 'Burstable'
}

function isGuaranteed(resources: Json, name: string): boolean {
  const limit = isRecord(resources['limits']) ? resources['limits'][name] : undefined
  const request = isRecord(resources['requests']) ? resources['requests'][name] : limit
  return limit !== undefined && limit === request
}

function hasAny(quantities: unknown): boolean {
  return isRecord(quantities) && ['cpu', 'memory'].some((name) => quantities[name] !== undefined)
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}
