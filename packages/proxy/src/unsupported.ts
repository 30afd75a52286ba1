import type { Happening } from '@slipway/client'
import type { Service } from './service.ts'

/** What a Service asks for that the proxy does not do, as an event of the Service; undefined when there is nothing. */
export function unsupported({ spec }: Service): Happening | undefined {
  const ports = (spec.ports ?? []).flatMap(({ port, protocol = 'TCP' }, index) =>
    protocol === 'TCP' ? [] : [`spec.ports[${index}] (${protocol} ${port}: only TCP is carried)`],
  )
  const addresses =
    (spec.externalIPs ?? []).length > 0 ? ['spec.externalIPs (no address but the cluster IP answers)'] : []
  const all = [...ports, ...addresses]
  return all.length === 0
    ? undefined
    : { type: 'Warning', reason: 'NotEnforced', message: `stored, not honoured by the proxy: ${all.join(', ')}` }
}

/** That a node port answers elsewhere, as an event of the Service. */
export function movedNodePort(nodePort: number, url: string): Happening {
  return {
    type: 'Warning',
    reason: 'NodePortTaken',
    message: `node port ${nodePort} is taken on 127.0.0.1 by another program: the Service answers at ${url}`,
  }
}
