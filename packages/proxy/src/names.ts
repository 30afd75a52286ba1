/** The zone of the cluster's DNS. */
export const ZONE = 'cluster.local'

/**
 * The full names that a pod's resolver tries for a name, in their order (`search <namespace>.svc.cluster.local svc.cluster.local cluster.local`, `ndots:5`), then the name
 * itself. A name that ends in a dot is full already.
 */
export function searchedNames(name: string, namespace: string): readonly string[] {
  const asked = name.toLowerCase()
  if (asked.endsWith('.')) return [asked.slice(0, -1)]
  return [...[`${namespace}.svc.${ZONE}`, `svc.${ZONE}`, ZONE].map((suffix) => `${asked}.${suffix}`), asked]
}

/** What a full name in the zone stands for. */
export type ZoneName =
  | { readonly kind: 'service'; readonly namespace: string; readonly service: string }
  | { readonly kind: 'endpoint'; readonly namespace: string; readonly service: string; readonly endpoint: string }
  | {
      readonly kind: 'port'
      readonly namespace: string
      readonly service: string
      readonly port: string
      readonly protocol: string
    }
  | { readonly kind: 'pod'; readonly namespace: string; readonly ip: string }

/** Reads a full name by the schema of Kubernetes' DNS (github.com/kubernetes/dns, docs/specification.md); undefined for a name that can stand for nothing. */
export function parseZoneName(name: string): ZoneName | undefined {
  if (!isInZone(name)) return undefined
  const labels = name.slice(0, -ZONE.length - 1).split('.')
  const kind = labels.pop()
  const namespace = labels.pop()
  const service = labels.pop()
  if (namespace === undefined || service === undefined || labels.includes('')) return undefined
  if (kind === 'pod') return labels.length === 0 ? { kind, namespace, ip: service.replaceAll('-', '.') } : undefined
  if (kind !== 'svc') return undefined
  const [first, second, ...rest] = labels
  if (first === undefined) return { kind: 'service', namespace, service }
  if (second === undefined) return { kind: 'endpoint', namespace, service, endpoint: first }
  const isPort = first.startsWith('_') && second.startsWith('_') && rest.length === 0
  return isPort ? { kind: 'port', namespace, service, port: first.slice(1), protocol: second.slice(1) } : undefined
}

/** Whether the cluster's DNS alone answers for a full name. */
export function isInZone(name: string): boolean {
  return name === ZONE || name.endsWith(`.${ZONE}`)
}
