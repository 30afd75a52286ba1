import { hasReason, type Controller } from '@slipway/client'
import { deepEqual, keyOf, parseKey, toLabelSelector, type KubeObject } from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import { isReady } from '../shared/pods.ts'
import type { Pod } from '../shared/types.ts'

interface ServicePort {
  readonly name?: string
  readonly port: number
  readonly targetPort?: number | string
  readonly protocol?: string
  readonly appProtocol?: string
}

interface Service extends KubeObject {
  spec: {
    selector?: Record<string, string>
    ports?: ServicePort[]
    clusterIP?: string
    type?: string
    publishNotReadyAddresses?: boolean
  }
}

interface EndpointSlice extends KubeObject {
  endpoints: object[]
  ports: { name: string; port?: number; protocol: string }[]
}

const SERVICE_LABEL = 'kubernetes.io/service-name'
const MANAGED_BY = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }
const PER_SLICE = 100

/**
 * Keeps EndpointSlices (and the old Endpoints) of every Service with a selector: k8s.io/endpointslice. A pod that is being deleted stays listed as terminating, not ready,
 * and serving as long as it passes its probe; one that has ended is not listed.
 */
export function startEndpointSliceController(context: ControllerContext): Promise<Controller> {
  const services = context.informer<Service>(KINDS.service)
  const selecting = (pod: KubeObject): string[] =>
    services
      .list(pod.metadata.namespace)
      .filter(
        (service) =>
          service.spec.selector !== undefined &&
          toLabelSelector({ matchLabels: service.spec.selector }).matches(pod.metadata.labels ?? {}),
      )
      .map(keyOf)
  return start(context, {
    name: 'endpointslice',
    sources: [
      source<Service>(context, KINDS.service, ({ object }) => [keyOf(object)]),
      source<Pod>(context, KINDS.pod, ({ object, previous }) => [
        ...new Set([...selecting(object), ...(previous === undefined ? [] : selecting(previous))]),
      ]),
      source<EndpointSlice>(context, KINDS.endpointSlice, ({ type, object }) => {
        const name = object.metadata.labels?.[SERVICE_LABEL]
        return name === undefined || type === 'added' ? [] : [`${object.metadata.namespace ?? ''}/${name}`]
      }),
    ],
    reconcile: async (key) => {
      const service = services.get(key)
      if (service === undefined) await removeAll(context, key)
      else if (service.spec.selector !== undefined && service.spec.type !== 'ExternalName')
        await reconcile(context, service)
      return undefined
    },
  })
}

async function reconcile(context: ControllerContext, service: Service): Promise<void> {
  const pods = context
    .informer<Pod>(KINDS.pod)
    .list(service.metadata.namespace)
    .filter(
      (pod) =>
        toLabelSelector({ matchLabels: service.spec.selector ?? {} }).matches(pod.metadata.labels ?? {}) &&
        isListed(pod),
    )
  const groups = groupByPorts(service, pods)
  const wanted = groups.flatMap(({ ports, pods: members }) =>
    chunk(members).map((part) => sliceOf(service, ports, part)),
  )
  await writeSlices(
    context,
    service,
    wanted.length === 0 ? [sliceOf(service, portsFor(service, undefined), [])] : wanted,
  )
  await writeEndpoints(context, service, groups)
}

function isListed(pod: Pod): boolean {
  return (pod.status?.podIP ?? '') !== '' && pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed'
}

interface Port {
  readonly name: string
  readonly port?: number
  readonly protocol: string
  readonly appProtocol?: string
}

// Pods of one Service may name different numbers for one port: each set of numbers has slices of its own.
function groupByPorts(service: Service, pods: readonly Pod[]): { ports: Port[]; pods: Pod[] }[] {
  const groups = new Map<string, { ports: Port[]; pods: Pod[] }>()
  for (const pod of [...pods].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))) {
    const ports = portsFor(service, pod)
    const key = JSON.stringify(ports)
    const group = groups.get(key) ?? { ports, pods: [] }
    group.pods.push(pod)
    groups.set(key, group)
  }
  return [...groups.values()]
}

function portsFor(service: Service, pod: Pod | undefined): Port[] {
  return (service.spec.ports ?? []).flatMap((port): Port[] => {
    const number = pod === undefined ? undefined : targetOf(port, pod)
    if (pod !== undefined && number === undefined) return []
    return [
      {
        name: port.name ?? '',
        ...(number === undefined ? {} : { port: number }),
        protocol: port.protocol ?? 'TCP',
        ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
      },
    ]
  })
}

function targetOf(port: ServicePort, pod: Pod): number | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'number') return target
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container['restartPolicy'] === 'Always')
  return [...pod.spec.containers, ...sidecars]
    .flatMap((container) => container.ports ?? [])
    .find((candidate) => candidate.name === target && (candidate.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))
    ?.containerPort
}

function sliceOf(service: Service, ports: Port[], pods: readonly Pod[]): EndpointSlice {
  const { name = '', namespace = '', uid = '', labels = {} } = service.metadata
  const headless = service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}
  return {
    ...KINDS.endpointSlice,
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [SERVICE_LABEL]: name, ...MANAGED_BY, ...headless },
      ownerReferences: [{ ...KINDS.service, name, uid, controller: true, blockOwnerDeletion: true }],
    },
    addressType: 'IPv4',
    endpoints: pods.map((pod) => endpointOf(service, pod)),
    ports: ports as EndpointSlice['ports'],
  }
}

function endpointOf(service: Service, pod: Pod): object {
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const serving = isReady(pod)
  const { name, namespace, uid } = pod.metadata
  const hostname = pod.spec['hostname']
  return {
    addresses: [pod.status.podIP],
    conditions: {
      ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(typeof hostname === 'string' && pod.spec['subdomain'] === service.metadata.name ? { hostname } : {}),
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', namespace, name, uid },
  }
}

async function writeSlices(
  context: ControllerContext,
  service: Service,
  wanted: readonly EndpointSlice[],
): Promise<void> {
  const present = slicesOf(context, keyOf(service))
  const portsKey = (slice: EndpointSlice): string =>
    JSON.stringify([...(slice.ports ?? [])].map((port) => [port.name, port.port, port.protocol]))
  const free = [...present]
  for (const slice of wanted) {
    const index = Math.max(
      free.findIndex((candidate) => portsKey(candidate) === portsKey(slice)),
      wanted.length === 1 && free.length > 0 ? 0 : -1,
    )
    const current = index < 0 ? undefined : free.splice(index, 1)[0]
    if (current === undefined) await context.client.create(slice)
    else await updateSlice(context, current, slice)
  }
  for (const surplus of free) await removeSlice(context, surplus)
}

async function updateSlice(context: ControllerContext, current: EndpointSlice, wanted: EndpointSlice): Promise<void> {
  const same =
    deepEqual(current.endpoints ?? [], wanted.endpoints) &&
    deepEqual(current.ports ?? [], wanted.ports) &&
    deepEqual(current.metadata.labels, wanted.metadata.labels)
  if (same) return
  await context.client.update({
    ...current,
    ...KINDS.endpointSlice,
    endpoints: wanted.endpoints,
    ports: wanted.ports,
    metadata: { ...current.metadata, labels: wanted.metadata.labels ?? {} },
  })
}

async function removeSlice(context: ControllerContext, slice: EndpointSlice): Promise<void> {
  try {
    await context.client.delete({
      ...KINDS.endpointSlice,
      namespace: slice.metadata.namespace,
      name: slice.metadata.name ?? '',
    })
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error
  }
}

// The old Endpoints of a Service go with it, whoever made them.
async function removeAll(context: ControllerContext, key: string): Promise<void> {
  for (const slice of slicesOf(context, key)) await removeSlice(context, slice)
  try {
    await context.client.delete({ ...KINDS.endpoints, ...parseKey(key) })
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error
  }
}

function slicesOf(context: ControllerContext, key: string): EndpointSlice[] {
  const { namespace, name } = parseKey(key)
  return context
    .informer<EndpointSlice>(KINDS.endpointSlice)
    .list(namespace)
    .filter(
      (slice) =>
        slice.metadata.labels?.[SERVICE_LABEL] === name &&
        slice.metadata.labels['endpointslice.kubernetes.io/managed-by'] ===
          MANAGED_BY['endpointslice.kubernetes.io/managed-by'],
    )
}

async function writeEndpoints(
  context: ControllerContext,
  service: Service,
  groups: readonly { ports: Port[]; pods: Pod[] }[],
): Promise<void> {
  const { name = '', namespace = '', labels } = service.metadata
  const subsets = groups
    .map(({ ports, pods }) => subsetOf(service, ports, pods))
    .filter((subset) => subset !== undefined)
  const present = await context.client.get({ ...KINDS.endpoints, namespace, name }).catch((error: unknown) => {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  })
  const metadata = {
    ...present?.metadata,
    name,
    namespace,
    labels: { ...labels, 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
  }
  const object = { ...KINDS.endpoints, metadata, ...(subsets.length === 0 ? {} : { subsets }) }
  if (present === undefined) await context.client.create(object)
  else if (!deepEqual(present['subsets'] ?? [], subsets) || !deepEqual(present.metadata.labels, metadata.labels))
    await context.client.update(object)
}

function subsetOf(service: Service, ports: readonly Port[], pods: readonly Pod[]): object | undefined {
  const address = (pod: Pod): object => {
    const { name, namespace, uid } = pod.metadata
    return { ip: pod.status.podIP, nodeName: pod.spec.nodeName, targetRef: { kind: 'Pod', namespace, name, uid } }
  }
  const listed = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined)
  const isGood = (pod: Pod): boolean => service.spec.publishNotReadyAddresses === true || isReady(pod)
  const ready = listed.filter(isGood).map(address)
  const notReady = listed.filter((pod) => !isGood(pod)).map(address)
  if (ready.length + notReady.length === 0) return undefined
  return {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
    ...(ports.length === 0
      ? {}
      : { ports: ports.map(({ name, ...port }) => (name === '' ? port : { name, ...port })) }),
  }
}

function chunk(pods: readonly Pod[]): Pod[][] {
  const chunks: Pod[][] = []
  for (let at = 0; at < pods.length; at += PER_SLICE) chunks.push(pods.slice(at, at + PER_SLICE))
  return chunks
}
