import type { KubeObject } from '@slipway/objects'

/** `core/v1.Service`, as the proxy reads it. */
export interface Service extends KubeObject {
  readonly spec: {
    readonly clusterIP?: string
    readonly type?: string
    readonly externalName?: string
    readonly externalIPs?: readonly string[]
    readonly ports?: readonly ServicePort[]
    readonly sessionAffinity?: string
    readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } }
  }
}

/** A port of a Service. */
export interface ServicePort {
  readonly name?: string
  readonly port: number
  readonly protocol?: string
  readonly nodePort?: number
}

/** `discovery.k8s.io/v1.EndpointSlice`, as the proxy reads it. */
export interface EndpointSlice extends KubeObject {
  readonly endpoints?: readonly SliceEndpoint[]
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[]
}

/** One endpoint of a slice. */
export interface SliceEndpoint {
  readonly addresses: readonly string[]
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean }
  readonly hostname?: string
}

/** Where one endpoint of a Service answers, in the cluster. */
export interface Endpoint {
  readonly ip: string
  readonly port: number
}

/** The label that says whose endpoints a slice holds. */
export const SERVICE_LABEL = 'kubernetes.io/service-name'

/** Whether a Service has no address of its own: its name stands for its endpoints. */
export function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === 'None'
}

/**
 * The endpoints that get new connections for a port of a Service: the ready ones; without any, those that still serve while they terminate, as kube-proxy has it
 * (KEP-1669).
 */
export function usableEndpoints(slices: readonly EndpointSlice[], portName: string): readonly Endpoint[] {
  const all = slices.flatMap((slice) => {
    const port = slice.ports?.find((each) => (each.name ?? '') === portName)?.port
    if (port === undefined) return []
    return (slice.endpoints ?? []).map((endpoint) => ({
      ip: endpoint.addresses[0] ?? '',
      port,
      conditions: endpoint.conditions ?? {},
    }))
  })
  const ready = all.filter(({ conditions }) => conditions.ready !== false)
  return ready.length > 0
    ? ready
    : all.filter(({ conditions }) => conditions.serving === true && conditions.terminating === true)
}
