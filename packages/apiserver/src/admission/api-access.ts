import { isRecord } from '@slipway/objects'
import { randomSuffix } from '../names.ts'
import type { Admission } from './admit.ts'

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const DEFAULT_MODE = 0o644
// An hour, and a little more, by which the token's owner can tell a default from a wish.
const TOKEN_SECONDS = 3607

interface Mount {
  readonly mountPath: string
  readonly name: string
}

interface PodSpec {
  automountServiceAccountToken?: boolean
  serviceAccountName?: string
  volumes?: object[]
  containers?: { volumeMounts?: Mount[] }[]
  initContainers?: { volumeMounts?: Mount[] }[]
}

/**
 * Gives every container that mounts nothing there the pod's token, the cluster's certificate authority and the namespace, unless pod or service account
 * wants none: k8s.io/kubernetes/plugin/pkg/admission/serviceaccount.
 */
export function mountApiAccess({ strategy, resource, object }: Admission): void {
  if (resource.kind !== 'Pod' || resource.group !== '') return
  const spec = object['spec'] as PodSpec
  const at = { namespace: object.metadata.namespace ?? '', name: spec.serviceAccountName ?? '' }
  const account = strategy.get('', 'serviceaccounts', at)
  if ((spec.automountServiceAccountToken ?? account?.['automountServiceAccountToken'] ?? true) !== true) return
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].filter(
    ({ volumeMounts = [] }) => !volumeMounts.some(({ mountPath }) => mountPath === MOUNT_PATH),
  )
  if (containers.length === 0) return
  const name = `kube-api-access-${randomSuffix(strategy.random)}`
  for (const container of containers)
    container.volumeMounts = [
      ...(container.volumeMounts ?? []).filter(isRecord),
      { name, readOnly: true, mountPath: MOUNT_PATH } as Mount,
    ]
  spec.volumes = [...(spec.volumes ?? []), apiAccessVolume(name)]
}

function apiAccessVolume(name: string): object {
  const namespace = { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }
  const sources = [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [namespace] } },
  ]
  return { name, projected: { defaultMode: DEFAULT_MODE, sources } }
}
