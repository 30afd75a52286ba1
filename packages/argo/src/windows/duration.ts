const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
}

/** A duration as Go's `time.ParseDuration` reads it, in milliseconds; for text that is none, that function's sentence. Days are no unit of it. */
export function readDuration(text: string): number | string {
  const quoted = JSON.stringify(text)
  const [, sign = '', rest = ''] = /^([-+]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return 0
  let total = 0
  let left = rest
  do {
    const part = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(left)
    if (part === null) return `time: invalid duration ${quoted}`
    const [all, number = '', unit = ''] = part
    if (unit === '') return `time: missing unit in duration ${quoted}`
    const size = UNITS[unit]
    if (size === undefined) return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`
    total += Number(number) * size
    left = left.slice(all.length)
  } while (left !== '')
  return sign === '-' ? -total : total
}
