import type { Service } from './service.ts'

/**
 * The variables that tell a pod of the Services in its namespace (k8s.io/kubernetes/pkg/kubelet/envvars): `WEB_SERVICE_HOST`, `WEB_SERVICE_PORT`,
 * `WEB_PORT_80_TCP_ADDR` and so on. A Service without an address of its own has none.
 */
export function serviceVariables(services: readonly Service[]): Record<string, string> {
  return Object.assign({}, ...services.map(variablesOf)) as Record<string, string>
}

function variablesOf(service: Service): Record<string, string> {
  const { clusterIP = '', ports = [] } = service.spec
  const [first] = ports
  if (clusterIP === '' || clusterIP === 'None' || first === undefined) return {}
  const prefix = upper(service.metadata.name ?? '')
  const result: Record<string, string> = {
    [`${prefix}_SERVICE_HOST`]: clusterIP,
    [`${prefix}_SERVICE_PORT`]: String(first.port),
  }
  for (const { name, port } of ports) if (name) result[`${prefix}_SERVICE_PORT_${upper(name)}`] = String(port)
  for (const [index, { port, protocol = 'TCP' }] of ports.entries()) {
    const scheme = protocol.toLowerCase()
    const url = `${scheme}://${clusterIP}:${port}`
    if (index === 0) result[`${prefix}_PORT`] = url
    const base = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`
    Object.assign(result, {
      [base]: url,
      [`${base}_PROTO`]: scheme,
      [`${base}_PORT`]: String(port),
      [`${base}_ADDR`]: clusterIP,
    })
  }
  return result
}

function upper(name: string): string {
  return name.replaceAll('-', '_').toUpperCase()
}
