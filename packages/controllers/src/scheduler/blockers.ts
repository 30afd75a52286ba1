import type { Pod } from '../shared/types.ts'
import { namesNoNode } from './filters/node-affinity.ts'

interface Volume {
  readonly persistentVolumeClaim?: { readonly claimName: string }
}

/** Why a pod cannot run on any node, whatever they are like: what kube-scheduler's PreFilter plugins say. `hasClaim` knows the claims of the pod's namespace. */
export function blockerOf(pod: Pod, hasClaim: (name: string) => boolean): string | undefined {
  if (namesNoNode(pod)) return 'pod affinity terms conflict'
  const missing = ((pod.spec['volumes'] ?? []) as readonly Volume[])
    .map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName)
    .find((name) => name !== undefined && !hasClaim(name))
  return missing === undefined ? undefined : `persistentvolumeclaim "${missing}" not found`
}
