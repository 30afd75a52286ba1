/** `util/intstr.IntOrString`: a number, or a percentage such as `25%`. */
export type IntOrString = number | string

/**
 * What a number or percentage of a total is. Percentages round up or down as told.
 * Returns undefined for text that is no percentage.
 */
export function scaledValue(value: IntOrString, total: number, round: 'up' | 'down'): number | undefined {
  if (typeof value === 'number') return value
  const match = /^(\d+)%$/.exec(value)
  if (match === null) return undefined
  const exact = (Number(match[1]) * total) / 100
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact)
}
