import { isInZone, parseZoneName, searchedNames, type ZoneName, ZONE } from './names.ts'
import { type EndpointSlice, isHeadless, type Service, type ServicePort, type SliceEndpoint } from './service.ts'

/** What the cluster's DNS sees. */
export interface ZoneView {
  service(namespace: string, name: string): Service | undefined
  services(): readonly Service[]
  slices(service: Service): readonly EndpointSlice[]
  hasNamespace(name: string): boolean
}

/** What a name stands for: addresses, another name, nothing; `outside` is a name that others answer for. */
export type NameAnswer =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'alias'; readonly name: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'outside' }

/** An SRV record. */
export interface ServiceRecord {
  readonly name: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

/**
 * What a name stands for in a pod of a namespace. A single label that names no Service is missing, as it is for the servers that a cluster forwards to: what the host
 * calls by that name is none of the pod's business.
 */
export function lookUp(name: string, namespace: string, view: ZoneView): NameAnswer {
  const names = searchedNames(name, namespace)
  for (const full of names) {
    const answer = addressRecords(full, view)
    if (answer !== undefined) return answer
  }
  const last = names.at(-1) ?? ''
  // Nobody outside can answer for these, and without a network asking would take seconds.
  const isOurs = isInZone(last) || !last.includes('.') || last.endsWith('.svc')
  return { kind: isOurs || names.some((full) => isService(full, view)) ? 'missing' : 'outside' }
}

function isService(full: string, view: ZoneView): boolean {
  const name = parseZoneName(full)
  return name?.kind === 'service' && view.service(name.namespace, name.service) !== undefined
}

/** The A and CNAME records of a full name, as CoreDNS' kubernetes plug-in has them. */
export function addressRecords(full: string, view: ZoneView): NameAnswer | undefined {
  const name = parseZoneName(full)
  if (name === undefined || name.kind === 'port') return undefined
  if (name.kind === 'pod') return view.hasNamespace(name.namespace) ? podAddress(name.ip) : undefined
  const service = view.service(name.namespace, name.service)
  if (service === undefined) return undefined
  if (service.spec.type === 'ExternalName')
    return { kind: 'alias', name: (service.spec.externalName ?? '').replace(/\.$/, '') }
  const { clusterIP = '' } = service.spec
  if (name.kind === 'service' && !isHeadless(service)) return clusterIP === '' ? undefined : found([clusterIP])
  const endpoints = readyEndpoints(view.slices(service)).filter(
    (endpoint) => name.kind === 'service' || labelOf(endpoint) === name.endpoint,
  )
  return found([...new Set(endpoints.map(({ addresses }) => addresses[0] ?? ''))])
}

function podAddress(ip: string): NameAnswer | undefined {
  return /^\d+\.\d+\.\d+\.\d+$/.test(ip) ? found([ip]) : undefined
}

function found(addresses: readonly string[]): NameAnswer | undefined {
  return addresses.length === 0 ? undefined : { kind: 'addresses', addresses }
}

/** The SRV records of a full name: of one port (`_http._tcp.web.default.svc.cluster.local`), or of all ports of a Service. */
export function serviceRecords(full: string, view: ZoneView): readonly ServiceRecord[] {
  const name = parseZoneName(full)
  if (name === undefined || (name.kind !== 'port' && name.kind !== 'service')) return []
  const service = view.service(name.namespace, name.service)
  if (service === undefined) return []
  const host = `${name.service}.${name.namespace}.svc.${ZONE}`
  const targets = isHeadless(service)
    ? view.slices(service).flatMap((slice) => headlessTargets(slice, name, host))
    : (service.spec.ports ?? []).filter((port) => isAsked(port, name)).map(({ port }) => ({ name: host, port }))
  const weight = Math.floor(100 / targets.length)
  return targets.map((target) => ({ ...target, priority: 0, weight }))
}

function headlessTargets(slice: EndpointSlice, name: ZoneName, host: string): { name: string; port: number }[] {
  const ports = (slice.ports ?? []).flatMap((each) =>
    each.port === undefined || !isAsked(each, name) ? [] : [each.port],
  )
  return readyEndpoints([slice]).flatMap((endpoint) =>
    ports.map((port) => ({ name: `${labelOf(endpoint)}.${host}`, port })),
  )
}

function isAsked(port: Pick<ServicePort, 'name' | 'protocol'>, name: ZoneName): boolean {
  if (name.kind !== 'port') return true
  return (port.name ?? '') === name.port && (port.protocol ?? 'TCP').toLowerCase() === name.protocol
}

/** The names of an address (PTR records): of the Service that has it, or of the endpoints of Services. */
export function namesOf(ip: string, view: ZoneView): readonly string[] {
  const own = view.services().find((service) => service.spec.clusterIP === ip)
  if (own !== undefined) return [nameOf(own)]
  return view.services().flatMap((service) =>
    readyEndpoints(view.slices(service))
      .filter(({ addresses }) => addresses[0] === ip)
      .map((endpoint) => `${labelOf(endpoint)}.${nameOf(service)}`),
  )
}

function nameOf({ metadata }: Service): string {
  return `${metadata.name ?? ''}.${metadata.namespace ?? ''}.svc.${ZONE}`
}

// The controller has marked those of a Service with publishNotReadyAddresses as ready.
function readyEndpoints(slices: readonly EndpointSlice[]): SliceEndpoint[] {
  return slices.flatMap(({ endpoints = [] }) => endpoints.filter(({ conditions }) => conditions?.ready !== false))
}

// An endpoint without a host name is called by its address.
function labelOf({ hostname, addresses }: SliceEndpoint): string {
  return hostname ?? (addresses[0] ?? '').replaceAll('.', '-')
}
