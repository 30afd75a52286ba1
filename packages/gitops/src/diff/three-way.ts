import { deepEqual, elementOf, isRecord, typeNamed, type FieldInfo, type TypeInfo } from '@slipway/objects'

type Json = Record<string, unknown>

/** The three sides of a merge: what was applied last, what is wanted, what is there. */
export interface ThreeSides {
  readonly last: Json
  readonly wanted: Json
  readonly live: Json
}

/**
 * What `kubectl apply` makes of a live object: wanted fields are set, those that were applied last and are not wanted any more are removed, all others stay.
 * Lists with a merge key in the schema merge by it, as do lists of scalars that merge; other lists are replaced. Without a type every list is replaced.
 */
export function threeWayMerge(sides: ThreeSides, type: TypeInfo | undefined): Json {
  const { last, wanted, live } = sides
  const result: Json = { ...live }
  for (const name of Object.keys(last)) if (wanted[name] === undefined || wanted[name] === null) delete result[name]
  for (const [name, value] of Object.entries(wanted)) {
    if (value === null) delete result[name]
    else if (value !== undefined)
      result[name] = mergeValue({ last: last[name], wanted: value, live: live[name] }, type?.fields.get(name))
  }
  return result
}

interface Values {
  readonly last: unknown
  readonly wanted: unknown
  readonly live: unknown
}

function mergeValue({ last, wanted, live }: Values, field: FieldInfo | undefined): unknown {
  if (isRecord(wanted)) {
    if (!isRecord(live) || field?.patchStrategy.includes('replace') === true) return withoutNulls(wanted)
    const merged = threeWayMerge({ last: isRecord(last) ? last : {}, wanted, live }, memberType(field))
    return field?.patchStrategy.includes('retainKeys') === true ? retained(merged, wanted) : merged
  }
  if (!Array.isArray(wanted) || !Array.isArray(live)) return withoutNulls(wanted)
  if (field?.patchStrategy.includes('merge') !== true) return withoutNulls(wanted)
  const lists = { last: Array.isArray(last) ? last : [], wanted, live }
  return field.mergeKey === '' ? mergeScalars(lists) : mergeKeyed(lists, field)
}

function memberType(field: FieldInfo | undefined): TypeInfo | undefined {
  if (field === undefined || field.type.startsWith('{}')) return undefined
  return typeNamed(elementOf(field.type) ?? field.type)
}

// A strategy such as RollingUpdate leaves no field of the other one behind.
function retained(merged: Json, wanted: Json): Json {
  return Object.fromEntries(Object.entries(merged).filter(([name]) => wanted[name] !== undefined))
}

interface Lists {
  readonly last: readonly unknown[]
  readonly wanted: readonly unknown[]
  readonly live: readonly unknown[]
}

function mergeScalars({ last, wanted, live }: Lists): unknown[] {
  const kept = live.filter((item) => wanted.includes(item) || !last.includes(item))
  return [...kept, ...wanted.filter((item) => !live.includes(item))]
}

function mergeKeyed(lists: Lists, field: FieldInfo): unknown[] {
  const type = memberType(field)
  const find = (list: readonly unknown[], item: Json): Json | undefined =>
    list.filter(isRecord).find((other) => sameItem(other, item, field))
  const merged = lists.wanted.filter(isRecord).map((item) => ({
    item,
    value: threeWayMerge(
      { last: find(lists.last, item) ?? {}, wanted: item, live: find(lists.live, item) ?? {} },
      type,
    ),
  }))
  const used = new Set<Json>()
  const kept = lists.live.filter(isRecord).flatMap((item) => {
    const own = merged.find((entry) => sameItem(entry.item, item, field))
    if (own !== undefined) return []
    return find(lists.last, item) === undefined ? [item] : []
  })
  return inLiveOrder(
    { merged: merged.map((entry) => entry.value), kept, live: lists.live.filter(isRecord), used },
    field,
  )
}

// Wanted items come in their own order, at the places where live has any of them; others stay where they are.
function inLiveOrder(
  of: { merged: readonly Json[]; kept: readonly Json[]; live: readonly Json[]; used: Set<Json> },
  field: FieldInfo,
): unknown[] {
  const queue = [...of.merged]
  const result: Json[] = []
  for (const item of of.live) {
    if (of.kept.includes(item)) result.push(item)
    else if (of.merged.some((other) => sameItem(other, item, field))) {
      const next = queue.shift()
      if (next !== undefined) result.push(next)
    }
  }
  return [...result, ...queue]
}

function sameItem(a: Json, b: Json, field: FieldInfo): boolean {
  return deepEqual(a[field.mergeKey], b[field.mergeKey])
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([, member]) => member !== null && member !== undefined)
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]))
}

/** The JSON merge patch that turns one value into the other; an empty one when they are equal. */
export function mergePatchBetween(before: Json, after: Json): Json {
  const patch: Json = {}
  for (const name of Object.keys(before)) if (after[name] === undefined) patch[name] = null
  for (const [name, value] of Object.entries(after)) {
    const old = before[name]
    if (value === undefined || deepEqual(old, value)) continue
    patch[name] = isRecord(old) && isRecord(value) ? mergePatchBetween(old, value) : value
  }
  return patch
}
