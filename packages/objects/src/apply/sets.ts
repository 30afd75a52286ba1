import type { Fields } from './fields.ts'

/** Both sets together. What both share with one of the arguments may be part of the answer: sets are never changed. */
export function union(a: Fields, b: Fields): Fields {
  return combine(a, b, UNION)
}

/** What is in a and not in b. */
export function difference(a: Fields, b: Fields): Fields {
  return combine(a, b, DIFFERENCE)
}

/** What is in both. */
export function intersection(a: Fields, b: Fields): Fields {
  return combine(a, b, INTERSECTION)
}

/** The set with every container that it goes through. */
export function withContainers(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([path, members]) => {
      const inner = withContainers(members)
      return [path, Object.keys(inner).length === 0 ? inner : { '.': {}, ...inner }]
    }),
  )
}

/** Which paths stay: those of the first set only, of the second only, of both. */
interface Keep {
  readonly first: boolean
  readonly second: boolean
  readonly both: boolean
}

const UNION: Keep = { first: true, second: true, both: true }
const DIFFERENCE: Keep = { first: true, second: false, both: false }
const INTERSECTION: Keep = { first: false, second: false, both: true }

// The root is no path of its own: an empty set there holds nothing.
function combine(a: Fields, b: Fields, keep: Keep): Fields {
  return node(false, { a, b, keep }) ?? {}
}

function node(self: boolean, of: { a: Fields; b: Fields; keep: Keep }): Fields | undefined {
  const { a, b, keep } = of
  const members: Fields = self ? { '.': {} } : {}
  let count = 0
  for (const path of Object.keys(a)) {
    const fields = path === '.' ? undefined : below(a[path], b[path], keep)
    if (fields === undefined) continue
    members[path] = fields
    count++
  }
  for (const path of keep.second ? Object.keys(b) : []) {
    const fields = path === '.' || path in a ? undefined : below(undefined, b[path], keep)
    if (fields === undefined) continue
    members[path] = fields
    count++
  }
  if (count > 0) return members
  return self ? {} : undefined
}

function below(a: Fields | undefined, b: Fields | undefined, keep: Keep): Fields | undefined {
  if (b === undefined) return keep.first && a !== undefined ? whole(a) : undefined
  if (a === undefined) return keep.second ? whole(b) : undefined
  return node(keepsSelf(holds(a), holds(b), keep), { a, b, keep })
}

function keepsSelf(inA: boolean, inB: boolean, keep: Keep): boolean {
  if (inA && inB) return keep.both
  return (inA && keep.first) || (inB && keep.second)
}

/** Whether a set holds the path of a node itself: one that is empty or has the member `.`. */
export function holds(fields: Fields): boolean {
  return '.' in fields || isEmpty(fields)
}

/** True for a set without paths. */
export function isEmpty(fields: Fields): boolean {
  for (const _ in fields) return false
  return true
}

/** A set as it is written: itself, where it has that form. */
function whole(fields: Fields): Fields {
  if (isWritten(fields)) return fields
  return node(holds(fields), { a: fields, b: {}, keep: UNION }) ?? {}
}

// A node with members names itself first, by an empty member `.`.
function isWritten(fields: Fields): boolean {
  let count = 0
  for (const [path, members] of Object.entries(fields)) {
    if (path === '.' ? count > 0 || !isEmpty(members) : !isWritten(members)) return false
    count++
  }
  return count !== 1 || !('.' in fields)
}
