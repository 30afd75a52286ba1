import { forbidden, notFound } from '../status.ts'
import { named } from '../storage.ts'
import type { Admission } from './admit.ts'

/** Nothing is created in a namespace that does not exist or is going away. */
export function assertNamespace({ strategy, resource, object, operation }: Admission): void {
  if (!resource.namespaced || operation !== 'create') return
  const name = object.metadata.namespace ?? ''
  const namespace = strategy.get('', 'namespaces', { namespace: '', name })
  if (namespace === undefined) throw notFound({ group: '', resource: 'namespaces' }, name)
  if (namespace.metadata.deletionTimestamp === undefined) return
  const why = `unable to create new content in namespace ${name} because it is being terminated`
  throw forbidden(named(resource), object.metadata.name ?? '', why)
}
