import { controllerRef, type KubeObject } from '@slipway/objects'
import { REVISION_LABEL } from '../shared/history.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Pod, PodTemplate } from '../shared/types.ts'
import type { StatefulSet } from './types.ts'

const NAME_LABEL = 'statefulset.kubernetes.io/pod-name'
const INDEX_LABEL = 'apps.kubernetes.io/pod-index'

/** The ordinal that a pod's name ends in, when the rest is the set's name; undefined for any other pod. */
export function ordinalOf(set: StatefulSet, pod: KubeObject): number | undefined {
  const prefix = `${set.metadata.name ?? ''}-`
  const name = pod.metadata.name ?? ''
  const rest = name.slice(prefix.length)
  return name.startsWith(prefix) && /^\d+$/.test(rest) ? Number(rest) : undefined
}

/** The revision that a pod was made from. */
export function revisionOf(pod: Pod): string {
  return pod.metadata.labels?.[REVISION_LABEL] ?? ''
}

/** The pod of an ordinal: a stable name, host name and claims, and the template of a revision. */
export function podFor(
  set: StatefulSet,
  at: { readonly ordinal: number; readonly revision: string; readonly template: PodTemplate },
): KubeObject {
  const { metadata, spec } = at.template
  const name = `${set.metadata.name ?? ''}-${at.ordinal}`
  const claims = (set.spec.volumeClaimTemplates ?? []).map((template) => template.metadata.name ?? '')
  const others = ((spec['volumes'] ?? []) as { name: string }[]).filter((volume) => !claims.includes(volume.name))
  const volumes = [
    ...claims.map((claim) => ({ name: claim, persistentVolumeClaim: { claimName: `${claim}-${name}` } })),
    ...others,
  ]
  return {
    ...KINDS.pod,
    metadata: {
      name,
      generateName: `${set.metadata.name ?? ''}-`,
      namespace: set.metadata.namespace ?? '',
      labels: {
        ...metadata?.labels,
        [NAME_LABEL]: name,
        [INDEX_LABEL]: String(at.ordinal),
        [REVISION_LABEL]: at.revision,
      },
      ...(metadata?.annotations === undefined ? {} : { annotations: { ...metadata.annotations } }),
      ownerReferences: [controllerRef({ ...set, ...KINDS.statefulSet })],
    },
    spec: {
      ...structuredClone(spec),
      hostname: name,
      ...((set.spec.serviceName ?? '') === '' ? {} : { subdomain: set.spec.serviceName }),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  }
}

/** The claims that a pod of an ordinal needs. With `whenDeleted: Delete` they go with the set. */
export function claimsFor(set: StatefulSet, ordinal: number): KubeObject[] {
  const policy = set.spec.persistentVolumeClaimRetentionPolicy
  const owner = controllerRef({ ...set, ...KINDS.statefulSet })
  return (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    ...structuredClone(template),
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...(template.metadata.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      name: `${template.metadata.name ?? ''}-${set.metadata.name ?? ''}-${ordinal}`,
      namespace: set.metadata.namespace ?? '',
      labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
      ...(policy?.whenDeleted === 'Delete' ? { ownerReferences: [owner] } : {}),
    },
  }))
}
