import type { KubeObject } from '@slipway/objects'
import { ageOf } from './duration.ts'
import { number, orNone, record, records, text, type Json } from './read.ts'
import { column, type Printer } from './table.ts'
import { labelsText } from './workloads.ts'

const name = (object: KubeObject): string => object.metadata.name ?? ''
const age = (object: KubeObject, now: number): string => ageOf(object.metadata.creationTimestamp, now)
const count = (object: KubeObject, ...members: readonly string[]): number =>
  members.reduce((sum, member) => sum + Object.keys(record(object, member)).length, 0)

const configMap: Printer = {
  columns: [column('Name'), column('Data'), column('Age')],
  cells: (object, now) => [name(object), count(object, 'data', 'binaryData'), age(object, now)],
}

const secret: Printer = {
  columns: [column('Name'), column('Type'), column('Data'), column('Age')],
  cells: (object, now) => [name(object), text(object, 'type'), count(object, 'data'), age(object, now)],
}

const namespace: Printer = {
  columns: [column('Name'), column('Status'), column('Age')],
  cells: (object, now) => [name(object), text(object, 'status', 'phase'), age(object, now)],
}

const service: Printer = {
  columns: [
    column('Name'),
    column('Type'),
    column('Cluster-IP'),
    column('External-IP'),
    column('Port(s)'),
    column('Age'),
    column('Selector', { wide: true }),
  ],
  cells: (object, now) => [
    name(object),
    text(object, 'spec', 'type'),
    orNone(text(object, 'spec', 'clusterIP')),
    externalOf(object),
    orNone(records(object, 'spec', 'ports').map(servicePort).join(',')),
    age(object, now),
    labelsText(record(object, 'spec', 'selector')),
  ],
}

const endpoints: Printer = {
  columns: [column('Name'), column('Endpoints'), column('Age')],
  cells: (object, now) => [name(object), endpointsText(object), age(object, now)],
}

const endpointSlice: Printer = {
  columns: [column('Name'), column('AddressType'), column('Ports'), column('Endpoints'), column('Age')],
  cells: (object, now) => [
    name(object),
    text(object, 'addressType'),
    firstThree(
      records(object, 'ports').map((port) => text(port, 'port') || '*'),
      '<unset>',
    ),
    firstThree(
      records(object, 'endpoints').flatMap((endpoint) =>
        Array.isArray(endpoint['addresses']) ? endpoint['addresses'].map(String) : [],
      ),
      '<unset>',
    ),
    age(object, now),
  ],
}

const ingress: Printer = {
  columns: [column('Name'), column('Class'), column('Hosts'), column('Address'), column('Ports'), column('Age')],
  cells: (object, now) => [
    name(object),
    orNone(text(object, 'spec', 'ingressClassName')),
    hostsOf(object),
    records(object, 'status', 'loadBalancer', 'ingress')
      .map((at) => text(at, 'ip') || text(at, 'hostname'))
      .join(','),
    records(object, 'spec', 'tls').length > 0 ? '80, 443' : '80',
    age(object, now),
  ],
}

const event: Printer = {
  columns: [
    column('Last Seen'),
    column('Type'),
    column('Reason'),
    column('Object'),
    column('Subobject', { wide: true }),
    column('Source', { wide: true }),
    column('Message'),
    column('First Seen', { wide: true }),
    column('Count', { wide: true }),
    column('Name', { wide: true }),
  ],
  cells: (object, now) => {
    const involved = record(object, 'involvedObject')
    const first = text(object, 'firstTimestamp') || text(object, 'eventTime')
    const last = text(object, 'lastTimestamp') || text(object, 'series', 'lastObservedTime') || first
    const source = [
      text(object, 'source', 'component') || text(object, 'reportingComponent'),
      text(object, 'source', 'host') || text(object, 'reportingInstance'),
    ]
    return [
      ageOf(last, now),
      text(object, 'type'),
      text(object, 'reason'),
      `${text(involved, 'kind').toLowerCase()}/${text(involved, 'name')}`,
      text(involved, 'fieldPath'),
      source.filter((part) => part !== '').join(', '),
      text(object, 'message').trim(),
      ageOf(first, now),
      number(object, 'series', 'count') || number(object, 'count') || 1,
      name(object),
    ]
  },
}

export const configPrinters: Readonly<Record<string, Printer>> = {
  configmaps: configMap,
  secrets: secret,
  namespaces: namespace,
  services: service,
  endpoints,
  'endpointslices.discovery.k8s.io': endpointSlice,
  'ingresses.networking.k8s.io': ingress,
  events: event,
  'events.k8s.io': event,
}

function externalOf(object: KubeObject): string {
  const type = text(object, 'spec', 'type')
  const spec = record(object, 'spec')
  const extra = Array.isArray(spec['externalIPs']) ? spec['externalIPs'].map(String) : []
  if (type === 'ExternalName') return text(spec, 'externalName')
  if (type !== 'LoadBalancer') return orNone(extra.join(','))
  const addresses = [
    ...records(object, 'status', 'loadBalancer', 'ingress').map((at) => text(at, 'ip') || text(at, 'hostname')),
    ...extra,
  ]
  return addresses.length === 0 ? '<pending>' : addresses.join(',')
}

function servicePort(port: Json): string {
  const node = number(port, 'nodePort')
  return `${number(port, 'port')}${node === 0 ? '' : `:${node}`}/${text(port, 'protocol')}`
}

function endpointsText(object: KubeObject): string {
  const all = records(object, 'subsets').flatMap((subset) => {
    const addresses = records(subset, 'addresses').map((address) => text(address, 'ip'))
    const ports = records(subset, 'ports')
    if (ports.length === 0) return addresses
    return ports.flatMap((port) => addresses.map((address) => `${address}:${number(port, 'port')}`))
  })
  return firstThree(all, '<none>')
}

function firstThree(list: readonly string[], empty: string): string {
  if (list.length === 0) return empty
  return list.slice(0, 3).join(',') + (list.length > 3 ? ` + ${list.length - 3} more...` : '')
}

function hostsOf(object: KubeObject): string {
  const hosts = records(object, 'spec', 'rules').flatMap((rule) => text(rule, 'host') || [])
  return hosts.length === 0 ? '*' : firstThree(hosts, '*')
}
