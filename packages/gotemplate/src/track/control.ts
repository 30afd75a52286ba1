import type { Value } from '../values/value.ts'
import { refsOf, sourcesOf } from './marks.ts'
import { Tagged, type ValueRef } from './tagged.ts'

const NONE: readonly ValueRef[] = []

/** A condition or loop around actions: what its value came from is found out when somebody asks. */
export class ControlScope {
  readonly #outer: ControlScope | undefined
  readonly #own: readonly ValueRef[]
  readonly depth: number
  #value: Value
  #refs: readonly ValueRef[] | undefined

  constructor(outer: ControlScope | undefined, value: Value, own: readonly ValueRef[]) {
    this.#outer = outer
    this.#own = own
    this.#value = value
    this.depth = Math.max(outer?.depth ?? 0, value instanceof Tagged ? value.depth : 0)
  }

  /** What decided, here and around. */
  get refs(): readonly ValueRef[] {
    if (this.#refs !== undefined) return this.#refs
    const outer = refsIn(this.#outer)
    const refs = [...refsOf(sourcesOf(this.#value)), ...this.#own]
    this.#refs = refs.length === 0 ? outer : [...new Set([...outer, ...refs])]
    this.#value = undefined
    return this.#refs
  }
}

/** What decided in a scope; nothing outside of all. */
export function refsIn(scope: ControlScope | undefined): readonly ValueRef[] {
  return scope === undefined ? NONE : scope.refs
}
