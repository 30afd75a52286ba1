import type { Pod } from '../../shared/types.ts'
import { podsOn, type Filter } from '../world.ts'

const EVERY = '0.0.0.0'

interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

/** Two pods of a node cannot have one port of it, unless they differ in address or protocol: plugins/nodeports. */
export const nodePorts: Filter = (pod, node, world) => {
  const wanted = hostPorts(pod)
  if (wanted.length === 0) return undefined
  const used = podsOn(world, node).flatMap(hostPorts)
  return wanted.some((mine) => used.some((other) => conflict(mine, other)))
    ? { reasons: ["node(s) didn't have free ports for the requested pod ports"], curable: true }
    : undefined
}

function hostPorts({ spec }: Pod): HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter((container) => container['restartPolicy'] === 'Always')
  return [...sidecars, ...spec.containers]
    .flatMap((container) => container.ports ?? [])
    .flatMap(({ hostPort = 0, hostIP = '', protocol = 'TCP' }) =>
      hostPort > 0 ? [{ ip: hostIP === '' ? EVERY : hostIP, protocol, port: hostPort }] : [],
    )
}

function conflict(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === EVERY || b.ip === EVERY)
}
