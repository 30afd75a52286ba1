import { isRecord, type KubeObject } from '@slipway/objects'
import type { CustomColumn } from '../registry/definition.ts'
import { ageOf } from './duration.ts'
import { type Cell, type Column, column, type Printer } from './table.ts'

/** How a custom resource is printed: its name, then the columns of its definition. */
export function customPrinter(columns: readonly CustomColumn[]): Printer {
  return {
    columns: [column('Name'), ...columns.map(toColumn)],
    cells: (object, now) => [object.metadata.name ?? '', ...columns.map((custom) => cellOf(object, custom, now))],
  }
}

function toColumn(custom: CustomColumn): Column {
  const type = custom.type as Column['type']
  return {
    name: custom.name,
    type,
    format: custom.format ?? '',
    description: custom.description ?? '',
    priority: custom.priority ?? 0,
  }
}

function cellOf(object: KubeObject, custom: CustomColumn, now: number): Cell {
  const value = readPath(object, custom.jsonPath)
  if (value === undefined || value === null) return custom.type === 'date' ? '<unknown>' : null
  if (custom.type === 'date') return ageOf(value, now)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return JSON.stringify(value)
}

/** Reads a simple JSONPath: members, list indexes and `[?(@.type=="Ready")]` filters, which is what printer columns use. */
export function readPath(object: unknown, path: string): unknown {
  let value: unknown = object
  for (const [, member, quoted, index, filterKey, filterValue] of path.matchAll(
    /\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]|\[\?\(@\.([\w-]+)\s*==\s*["']([^"']*)["']\)\]/g,
  )) {
    if (filterKey !== undefined)
      value = Array.isArray(value)
        ? value.find((item) => isRecord(item) && String(item[filterKey]) === filterValue)
        : undefined
    else if (index !== undefined) value = Array.isArray(value) ? value[Number(index)] : undefined
    else value = isRecord(value) ? value[member ?? quoted ?? ''] : undefined
  }
  return value
}
