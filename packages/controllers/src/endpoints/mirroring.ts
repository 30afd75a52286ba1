import { isIPv4, isIPv6 } from 'node:net'
import { hasReason, type Controller } from '@slipway/client'
import { controllerRef, deepEqual, keyOf, type KubeObject, parseKey } from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'

interface Address {
  readonly ip: string
  readonly hostname?: string
  readonly nodeName?: string
  readonly targetRef?: object
}

interface Endpoints extends KubeObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly Address[]
    readonly notReadyAddresses?: readonly Address[]
    readonly ports?: readonly object[]
  }[]
}

interface Service extends KubeObject {
  readonly spec: { readonly selector?: Readonly<Record<string, string>> }
}

interface Slice extends KubeObject {
  addressType: 'IPv4' | 'IPv6'
  endpoints?: object[]
  ports?: object[]
}

const SERVICE_LABEL = 'kubernetes.io/service-name'
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const MANAGER = 'endpointslicemirroring-controller.k8s.io'
const SKIP = 'endpointslice.kubernetes.io/skip-mirror'
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
const NOT_COPIED = [
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
]
const MOST_ADDRESSES = 1000

/** Copies the Endpoints that somebody made for a Service without a selector to EndpointSlices: k8s.io/kubernetes/pkg/controller/endpointslicemirroring. */
export function startMirroringController(context: ControllerContext): Promise<Controller> {
  const endpoints = context.informer<Endpoints>(KINDS.endpoints)
  const services = context.informer<Service>(KINDS.service)
  return start(context, {
    name: 'endpointslicemirroring',
    sources: [
      source<Endpoints>(context, KINDS.endpoints, ({ object }) => [keyOf(object)]),
      source<Service>(context, KINDS.service, ({ object }) => [keyOf(object)]),
      source<Slice>(context, KINDS.endpointSlice, ({ type, object }) =>
        type === 'added' || !isMirror(object) ? [] : [`${object.metadata.namespace ?? ''}/${serviceOf(object)}`],
      ),
    ],
    reconcile: async (key) => {
      const object = endpoints.get(key)
      const service = services.get(key)
      const mirrored = object !== undefined && service?.spec.selector === undefined && service !== undefined
      await write(context, key, mirrored && !isExcluded(object) ? slicesFor(object) : [])
      return undefined
    },
  })
}

function isMirror({ metadata: { labels = {} } }: KubeObject): boolean {
  return labels[MANAGED_BY] === MANAGER
}

function serviceOf({ metadata }: KubeObject): string {
  return metadata.labels?.[SERVICE_LABEL] ?? ''
}

function isExcluded({ metadata }: Endpoints): boolean {
  return metadata.labels?.[SKIP] === 'true' || metadata.annotations?.[LEADER] !== undefined
}

// One slice for each subset and family of addresses; what is no address is left out.
function slicesFor(object: Endpoints): Slice[] {
  return (object.subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const all = [
      ...addresses.map((address) => ({ address, ready: true })),
      ...notReadyAddresses.map((address) => ({ address, ready: false })),
    ].slice(0, MOST_ADDRESSES)
    return (['IPv4', 'IPv6'] as const).flatMap((addressType) => {
      const isOne = addressType === 'IPv4' ? isIPv4 : isIPv6
      const endpoints = all
        .filter(({ address }) => isOne(address.ip))
        .map(({ address, ready }) => toEndpoint(address, ready))
      return endpoints.length === 0 ? [] : [sliceOf(object, { addressType, endpoints, ports: [...ports] })]
    })
  })
}

function toEndpoint({ ip, hostname, nodeName, targetRef }: Address, ready: boolean): object {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef }),
  }
}

function sliceOf(object: Endpoints, content: Required<Pick<Slice, 'addressType' | 'endpoints' | 'ports'>>): Slice {
  const { name = '', namespace = '', labels = {}, annotations = {} } = object.metadata
  const copied = Object.entries(annotations).filter(([key]) => !NOT_COPIED.includes(key))
  return {
    ...KINDS.endpointSlice,
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [SERVICE_LABEL]: name, [MANAGED_BY]: MANAGER },
      annotations: Object.fromEntries(copied),
      ownerReferences: [controllerRef({ ...object, ...KINDS.endpoints })],
    },
    ...content,
    ports: content.ports.map((port) => ({ name: '', protocol: 'TCP', ...port })),
  }
}

async function write(context: ControllerContext, key: string, wanted: readonly Slice[]): Promise<void> {
  const { namespace, name } = parseKey(key)
  const free = context
    .informer<Slice>(KINDS.endpointSlice)
    .list(namespace)
    .filter((slice) => isMirror(slice) && serviceOf(slice) === name)
  for (const slice of wanted) {
    const at = free.findIndex(
      ({ addressType, ports }) => addressType === slice.addressType && deepEqual(ports ?? [], slice.ports ?? []),
    )
    const present = at < 0 ? undefined : free.splice(at, 1)[0]
    if (present === undefined) await context.client.create(slice)
    else await update(context, present, slice)
  }
  for (const { metadata } of free)
    await ignoringGone(context.client.delete({ ...KINDS.endpointSlice, namespace, name: metadata.name ?? '' }))
}

async function update(context: ControllerContext, present: Slice, wanted: Slice): Promise<void> {
  const { labels = {}, annotations = {} } = wanted.metadata
  const same =
    deepEqual(present.endpoints ?? [], wanted.endpoints) &&
    deepEqual(present.metadata.labels ?? {}, labels) &&
    deepEqual(present.metadata.annotations ?? {}, annotations)
  if (same) return
  const metadata = { ...present.metadata, labels, annotations }
  await ignoringGone(
    context.client.update({ ...present, ...KINDS.endpointSlice, metadata, endpoints: wanted.endpoints ?? [] }),
  )
}

// What changed meanwhile comes back as an event.
async function ignoringGone(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}
