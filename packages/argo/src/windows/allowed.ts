import type { Application, AppProject, SyncWindow } from '../types.ts'
import { isOpen } from './active.ts'
import { windowsFor } from './match.ts'

/** What is to be synced, and when. */
export interface SyncAsked {
  /** Milliseconds since 1970. */
  readonly now: number
  /** True when a person asked for it, and not automated sync. */
  readonly isManual: boolean
  /** When the operation began, in milliseconds since 1970: `syncOverrun` lets it go on. */
  readonly startedAt?: number
}

/** Whether a project's windows let a sync be; `fault` says which of them cannot be read, which forbids it. */
export interface SyncAllowed {
  readonly allowed: boolean
  readonly fault?: string
}

/**
 * Asks the windows of a project, as Argo CD's `CanSync` does: an open `deny` forbids, else an open `allow` allows, else a closed `allow` forbids. `manualSync` of all
 * that forbid lets people sync; `syncOverrun` of all that forbid lets an operation go on that was allowed to begin.
 */
export function syncAllowed(project: AppProject, application: Application, asked: SyncAsked): SyncAllowed {
  const windows = windowsFor(project.spec.syncWindows ?? [], application)
  const { now, isManual, startedAt } = asked
  const forbidding = forbiddingAt(windows, { time: now, now })
  if (typeof forbidding === 'string') return { allowed: false, fault: `invalid sync windows: ${forbidding}` }
  if (passes(forbidding, isManual)) return { allowed: true }
  if (startedAt === undefined || !forbidding.every(({ syncOverrun }) => syncOverrun === true)) return { allowed: false }
  const before = forbiddingAt(windows, { time: startedAt, now })
  return { allowed: typeof before !== 'string' && passes(before, isManual) }
}

const passes = (forbidding: readonly SyncWindow[], isManual: boolean): boolean =>
  forbidding.every(({ manualSync }) => isManual && manualSync === true)

function forbiddingAt(
  windows: readonly SyncWindow[],
  at: { readonly time: number; readonly now: number },
): readonly SyncWindow[] | string {
  const open: SyncWindow[] = []
  for (const window of windows) {
    const found = isOpen(window, at)
    if (typeof found === 'string') return found
    if (found) open.push(window)
  }
  const denying = open.filter(({ kind }) => kind === 'deny')
  if (denying.length > 0) return denying
  if (open.some(({ kind }) => kind === 'allow')) return []
  return windows.filter(({ kind }) => kind === 'allow')
}
