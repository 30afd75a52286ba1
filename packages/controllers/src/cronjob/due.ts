import type { Schedule } from './schedule.ts'

/** What is due: the newest start that was missed (undefined for none), when the next one comes, and whether suspiciously many were missed. */
export interface Due {
  readonly missed: number | undefined
  readonly next: number | undefined
  readonly tooMany: boolean
}

const MANY = 100

/**
 * The newest missed start since the last one (or since the CronJob was made), looking back no further than the starting deadline: cronjob/utils.go,
 * mostRecentScheduleTime. More than a hundred missed starts usually mean a wrong clock; they are told, and only the newest counts.
 */
export function dueOf(
  schedule: Schedule,
  at: { readonly since: number; readonly now: number; readonly deadlineSeconds: number | undefined },
): Due {
  const { now, deadlineSeconds } = at
  const since = deadlineSeconds === undefined ? at.since : Math.max(at.since, now - deadlineSeconds * 1000)
  const first = schedule(since)
  if (first === undefined || first > now) return { missed: undefined, next: first, tooMany: false }
  const second = schedule(first)
  if (second === undefined || second > now) return { missed: first, next: second, tooMany: false }
  // Long gaps are jumped over by the distance of two starts; where that leads past an irregular schedule's last start, all are walked.
  const period = Math.max(1000, second - first)
  const count = Math.floor((now - first) / period) + 1
  const near = Math.max(first, first + (count - 3) * period)
  const missed = lastUpTo(schedule, near, now) ?? lastUpTo(schedule, first, now) ?? first
  return { missed, next: schedule(missed), tooMany: count > MANY }
}

function lastUpTo(schedule: Schedule, from: number, now: number): number | undefined {
  let last: number | undefined
  for (let time = schedule(from); time !== undefined && time <= now; time = schedule(time)) last = time
  return last
}
