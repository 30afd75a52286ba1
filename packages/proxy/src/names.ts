/** What a DNS name of the cluster names: a Service and its namespace. */
export interface ServiceName {
  readonly namespace: string
  readonly name: string
}

/** Reads a name as a pod's resolver would with the cluster's search list: `web`, `web.staging`, `web.staging.svc`, `web.staging.svc.cluster.local`. */
export function parseServiceName(name: string, namespace: string): ServiceName | undefined {
  const labels = name.replace(/\.$/, '').split('.')
  const [service = '', space = namespace, ...rest] = labels
  const suffix = rest.join('.')
  if (service === '' || !['', 'svc', 'svc.cluster', 'svc.cluster.local'].includes(suffix)) return undefined
  return { name: service, namespace: space }
}
