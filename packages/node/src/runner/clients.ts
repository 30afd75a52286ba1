import type { Notice, ProcessSpec } from './runner.ts'

// Programs that images use to ask a server how it is.
const CLIENT =
  /(?:^|[\s/;&|(])(curl|wget|nc|ncat|netcat|telnet|grpcurl|grpc_health_probe|pg_isready|psql|mysql|mysqladmin|redis-cli|mongosh)(?=\s|$)/
const CLUSTER_ADDRESS =
  /(?:^|[^\w.-])(localhost|127\.\d+\.\d+\.\d+|10\.(?:96|244)\.\d+\.\d+|[\w.-]+\.svc(?:\.cluster\.local)?)(?![\w.-])/

/**
 * A command that calls its own pod or the cluster by a program that no hook reaches: it would find the host's ports, not the pod's. Undefined for any other.
 */
export function strayClient({ argv, container }: Pick<ProcessSpec, 'argv' | 'container'>): Notice | undefined {
  const text = argv.join(' ')
  const client = CLIENT.exec(text)?.[1]
  const address = CLUSTER_ADDRESS.exec(text)?.[1]
  if (client === undefined || address === undefined) return undefined
  return {
    type: 'Warning',
    reason: 'OutsideTheCluster',
    message:
      `container ${container} calls ${address} by ${client}: only Node and Python programs see the ports, addresses and names of the cluster, ` +
      `${client} sees those of this machine. Use a probe of the kind httpGet, tcpSocket or grpc, or call from Node or Python`,
  }
}
