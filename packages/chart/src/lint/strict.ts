import { compareBytes } from '@slipway/diag'
import { METADATA } from '../decode/shapes.ts'
import type { Shape } from '../decode/struct.ts'

/** The first key, in the order in which Go sees them, that Chart.yaml's type does not have. */
export function unknownField(data: unknown, shape: Shape = METADATA): string | undefined {
  if (Array.isArray(data)) {
    return shape.kind === 'list' ? firstOf(data, (item) => unknownField(item, shape.of)) : undefined
  }
  if (typeof data !== 'object' || data === null || shape.kind !== 'struct') return undefined
  return firstOf(Object.keys(data).sort(compareBytes), (key) => {
    const name = Object.keys(shape.fields).find((field) => field.toLowerCase() === key.toLowerCase())
    const field = name === undefined ? undefined : shape.fields[name]
    return field === undefined ? key : unknownField((data as Record<string, unknown>)[key], field)
  })
}

function firstOf<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
