import { forbidden } from '../status.ts'
import { named } from '../storage.ts'
import type { Admission } from './admit.ts'

interface PodSpec {
  serviceAccountName?: string
  serviceAccount?: string
  imagePullSecrets?: unknown[]
  [field: string]: unknown
}

/** A pod runs as an existing service account, `default` when it names none, and gets its image pull secrets. */
export function assignServiceAccount({ strategy, resource, object }: Admission): void {
  if (resource.kind !== 'Pod' || resource.group !== '') return
  const spec = object['spec'] as PodSpec
  const namespace = object.metadata.namespace ?? ''
  spec.serviceAccountName ??= 'default'
  spec.serviceAccount = spec.serviceAccountName
  const account = strategy.get('', 'serviceaccounts', { namespace, name: spec.serviceAccountName })
  if (account === undefined) {
    const why = `error looking up service account ${namespace}/${spec.serviceAccountName}: serviceaccount "${spec.serviceAccountName}" not found`
    throw forbidden(named(resource), object.metadata.name ?? '', why)
  }
  const secrets = account['imagePullSecrets']
  if ((spec.imagePullSecrets?.length ?? 0) === 0 && Array.isArray(secrets) && secrets.length > 0)
    spec.imagePullSecrets = structuredClone(secrets)
}
