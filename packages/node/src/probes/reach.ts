import type { HostAddress } from '../runner/runner.ts'

const PODS = /^10\.244\.\d+\.\d+$/

/** Where a node finds ports: those of pods by the runner's table, everything else on the network of this machine. */
export type FindPort = (ip: string, port: number) => HostAddress | undefined

/** The address behind a host and port that a probe or hook names; undefined where nothing listens on a pod's port. */
export function reach(host: string, port: number, addressOf: FindPort): HostAddress | undefined {
  return PODS.test(host) ? addressOf(host, port) : { host, port }
}
