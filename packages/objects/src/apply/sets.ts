import type { Fields } from './fields.ts'

/** Both sets together. */
export function union(a: Fields, b: Fields): Fields {
  return combine(a, b, (inA, inB) => inA || inB)
}

/** What is in a and not in b. */
export function difference(a: Fields, b: Fields): Fields {
  return combine(a, b, (inA, inB) => inA && !inB)
}

/** What is in both. */
export function intersection(a: Fields, b: Fields): Fields {
  return combine(a, b, (inA, inB) => inA && inB)
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

type Keep = (inA: boolean, inB: boolean) => boolean

// The root is no path of its own: an empty set there holds nothing.
function combine(a: Fields, b: Fields, keep: Keep): Fields {
  return node(false, membersOf(a, b, keep)) ?? {}
}

function below(a: Fields | undefined, b: Fields | undefined, keep: Keep): Fields | undefined {
  return node(keep(holds(a), holds(b)), membersOf(a, b, keep))
}

function membersOf(a: Fields = {}, b: Fields = {}, keep: Keep): [string, Fields][] {
  const paths = new Set([...Object.keys(a), ...Object.keys(b)].filter((path) => path !== '.'))
  return [...paths].flatMap((path) => {
    const fields = below(a[path], b[path], keep)
    return fields === undefined ? [] : [[path, fields]]
  })
}

// A set holds the path of a node that is empty or has the member `.`.
function holds(fields: Fields | undefined): boolean {
  return fields !== undefined && ('.' in fields || Object.keys(fields).length === 0)
}

function node(self: boolean, members: readonly [string, Fields][]): Fields | undefined {
  if (members.length === 0) return self ? {} : undefined
  return { ...(self ? { '.': {} } : {}), ...Object.fromEntries(members) }
}
