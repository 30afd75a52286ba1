import type { RetryPolicy } from '@slipway/argo'

const DEFAULT_DURATION = 5_000
const DEFAULT_LONGEST = 180_000
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A duration as Go writes it (`1h30m`), or a number of seconds, in milliseconds; undefined for what is none. */
export function parseDuration(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1_000
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined
  let total = 0
  for (const [, number = '0', , unit = 's'] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(number) * (UNITS[unit] ?? 0)
  return total
}

/** Milliseconds until a failed sync is tried again: the duration times the factor to the number of retries so far, up to the longest. */
export function retryDelay(policy: RetryPolicy, retries: number): number {
  const { duration, factor = 2, maxDuration } = policy.backoff ?? {}
  const first = (duration === undefined || duration === '' ? undefined : parseDuration(duration)) ?? DEFAULT_DURATION
  const longest =
    (maxDuration === undefined || maxDuration === '' ? undefined : parseDuration(maxDuration)) ?? DEFAULT_LONGEST
  const delay = first * factor ** retries
  return longest > 0 ? Math.min(delay, longest) : delay
}

/** True when a policy allows one more try. */
export function mayRetry(policy: RetryPolicy, retries: number): boolean {
  const { limit = 0 } = policy
  return limit < 0 || retries < limit
}

/** A time as Go's `time.Kitchen` has it: `3:04PM`, in UTC. */
export function kitchenTime(milliseconds: number): string {
  const date = new Date(milliseconds)
  const hour = date.getUTCHours()
  return `${hour % 12 === 0 ? 12 : hour % 12}:${String(date.getUTCMinutes()).padStart(2, '0')}${hour < 12 ? 'AM' : 'PM'}`
}
