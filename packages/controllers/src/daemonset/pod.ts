import { controllerRef, type KubeObject } from '@slipway/objects'
import { REVISION_LABEL } from '../shared/history.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Affinity, Toleration } from '../shared/types.ts'
import type { DaemonSet } from './types.ts'

const GENERATION_LABEL = 'pod-template-generation'
const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation'

// Daemons stay on a node whatever its condition: pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations.
const CONDITIONS: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
]

/** The tolerations of a set's pods: the template's own and those that every daemon has. */
export function tolerationsOf(set: DaemonSet): Toleration[] {
  const { spec } = set.spec.template
  const network: Toleration[] =
    spec['hostNetwork'] === true
      ? [{ key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' }]
      : []
  return [...(spec.tolerations ?? []), ...CONDITIONS, ...network]
}

/** The pod of a node: bound to it by a required affinity to its name, so that the scheduler places it there and nowhere else. */
export function podFor(set: DaemonSet, node: string, hash: string): KubeObject {
  const { metadata, spec } = set.spec.template
  const generation = set.metadata.annotations?.[GENERATION_ANNOTATION]
  return {
    ...KINDS.pod,
    metadata: {
      generateName: `${set.metadata.name ?? ''}-`,
      namespace: set.metadata.namespace ?? '',
      labels: {
        ...metadata?.labels,
        [REVISION_LABEL]: hash,
        ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }),
      },
      ...(metadata?.annotations === undefined ? {} : { annotations: { ...metadata.annotations } }),
      ownerReferences: [controllerRef({ ...set, ...KINDS.daemonSet })],
    },
    spec: {
      ...structuredClone(spec),
      affinity: affinityTo(spec.affinity, node),
      tolerations: tolerationsOf(set),
    },
  }
}

// Replaces the template's required terms: the controller has already checked them for this node.
function affinityTo(affinity: Affinity | undefined, node: string): object {
  const required = {
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
  }
  return {
    ...affinity,
    nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required },
  }
}
