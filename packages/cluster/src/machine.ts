import { ClusterError } from './errors.ts'

const SUPPORTED: ReadonlySet<string> = new Set(['linux', 'darwin'])

/** True on an operating system that can run a cluster; by the name that Node gives it. */
export function canRunCluster(platform: string = process.platform): boolean {
  return SUPPORTED.has(platform)
}

/** Refuses an operating system that cannot run a cluster. @throws ClusterError `CLUSTER_PLATFORM` */
export function demandMachine(platform: string = process.platform): void {
  if (canRunCluster(platform)) return
  throw new ClusterError(
    'CLUSTER_PLATFORM',
    `no cluster runs on ${platform}: pods are process groups that are ended by signals`,
    { hint: 'use Linux, macOS, or WSL on Windows; `slipway helm`, `slipway kustomize` and `slipway render` work here' },
  )
}
