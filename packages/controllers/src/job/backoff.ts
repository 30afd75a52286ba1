import type { Pod } from '../shared/types.ts'

/** How often the pods of a Job have failed since one succeeded, and when the last did. */
export interface Backoff {
  readonly failures: number
  readonly last: number | undefined
}

/** Nothing has failed yet. */
export const NO_BACKOFF: Backoff = { failures: 0, last: undefined }

const FIRST_DELAY = 10_000
const LAST_DELAY = 600_000

/** How long to wait before the next pod after the last failures: 10 s doubling to 10 min, from the end of the newest one. */
export function backoffLeft({ failures, last }: Backoff, now: number): number {
  if (failures === 0 || last === undefined) return 0
  return Math.max(0, last + Math.min(FIRST_DELAY * 2 ** (failures - 1), LAST_DELAY) - now)
}

/** The next record, by the pods that have ended since: job/backoff_utils.go. Only failures after the last success count. */
export function nextBackoff(
  before: Backoff,
  { succeeded, failed }: { readonly succeeded: readonly Pod[]; readonly failed: readonly Pod[] },
): Backoff {
  const ends = failed.map(finishedAt)
  if (succeeded.length === 0)
    return ends.length === 0 ? before : { failures: before.failures + ends.length, last: Math.max(...ends) }
  const success = Math.max(...succeeded.map(finishedAt))
  const later = ends.filter((end) => end > success)
  return later.length === 0 ? NO_BACKOFF : { failures: later.length, last: Math.max(...later) }
}

interface ContainerStatus {
  readonly name: string
  readonly state?: { readonly terminated?: { readonly finishedAt?: string } }
}

/** When a pod ended: by its containers and sidecars, else when it got unready, else when it was deleted, else when it was made. */
export function finishedAt({ metadata, spec, status }: Pod): number {
  const sidecars = (spec.initContainers ?? []).filter((each) => each['restartPolicy'] === 'Always')
  const beside = ((status?.['initContainerStatuses'] ?? []) as readonly ContainerStatus[]).filter(({ name }) =>
    sidecars.some((sidecar) => sidecar.name === name),
  )
  const statuses = [...((status?.containerStatuses ?? []) as readonly ContainerStatus[]), ...beside]
  const ends = statuses.map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''))
  if (ends.length > 0 && !ends.some(Number.isNaN)) return Math.max(...ends)
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const unready = Date.parse(ready?.status === 'False' ? (ready.lastTransitionTime ?? '') : '')
  if (!Number.isNaN(unready)) return unready
  if (typeof metadata.deletionTimestamp === 'string')
    return Date.parse(metadata.deletionTimestamp) - Number(metadata['deletionGracePeriodSeconds'] ?? 0) * 1000
  return Date.parse(metadata.creationTimestamp ?? '')
}
