import type { ServerContext } from '../server.ts'
import type { RbacReader } from './rbac.ts'

const GROUP = '/rbac.authorization.k8s.io'

/** Reads the RBAC objects of a server's store. */
export function rbacReader(server: Pick<ServerContext, 'store'>): RbacReader {
  return {
    list: (plural, namespace = '') => {
      const prefix = `${GROUP}/${plural}/${namespace === '' ? '' : `${namespace}/`}`
      return server.store.list(prefix).items.map((item) => item.value)
    },
    role: (kind, name, namespace) => {
      const key = kind === 'ClusterRole' ? `${GROUP}/clusterroles/${name}` : `${GROUP}/roles/${namespace}/${name}`
      return server.store.get(key)?.value
    },
  }
}
