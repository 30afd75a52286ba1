import { isRecord } from '@slipway/objects'
import { CelUnsupported } from './tokens.ts'
import { CelError, type Evaluate, truth } from './values.ts'

// So many members may be looked at by one macro: a rule must not hold up the server.
const MOST = 100_000

interface Call {
  readonly owner: Evaluate
  readonly variable: string
  readonly bodies: readonly Evaluate[]
}

type Run = (test: (item: unknown) => unknown, items: readonly unknown[]) => unknown

const MACROS: Readonly<Record<string, Run>> = {
  all: (test, items) => decided(test, items, false),
  exists: (test, items) => decided(test, items, true),
  exists_one: (test, items) => items.filter((item) => truth(test(item))).length === 1,
  filter: (test, items) => items.filter((item) => truth(test(item))),
  map: (test, items) => items.map(test),
}

/** Whether a method is one that names a variable first: `self.items.all(item, item > 0)`. */
export function isMacro(name: string): boolean {
  return Object.hasOwn(MACROS, name)
}

/** Compiles a macro over the items of a list or the keys of a map. `map` takes a condition before what it maps to, if it has two bodies. */
export function macro(name: string, { owner, variable, bodies }: Call): Evaluate {
  const run = MACROS[name]
  const body = bodies.at(-1)
  const condition = bodies.length === 2 ? bodies[0] : undefined
  if (run === undefined || body === undefined || bodies.length > (name === 'map' ? 2 : 1))
    throw new CelUnsupported(`${name} takes a variable and an expression`)
  return (scope) => {
    const bind = (evaluate: Evaluate) => (item: unknown) => evaluate(new Map(scope).set(variable, item))
    const items = itemsOf(owner(scope))
    const chosen = condition === undefined ? items : items.filter((item) => truth(bind(condition)(item)))
    return run(bind(body), chosen)
  }
}

function itemsOf(value: unknown): readonly unknown[] {
  const items = Array.isArray(value) ? (value as readonly unknown[]) : isRecord(value) ? Object.keys(value) : undefined
  if (items === undefined) throw new CelError('no such overload')
  if (items.length > MOST) throw new CelError('operation cancelled: actual cost limit exceeded')
  return items
}

// One item may decide; a failure of another one is then none.
function decided(test: (item: unknown) => unknown, items: readonly unknown[], deciding: boolean): boolean {
  let failure: unknown
  for (const item of items) {
    try {
      if (truth(test(item)) === deciding) return deciding
    } catch (error) {
      failure ??= error
    }
  }
  if (failure !== undefined) throw failure
  return !deciding
}
