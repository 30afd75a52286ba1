import type { Frame } from './frame.ts'
import { UNSET } from './unset.ts'
import type { Value } from '../values/value.ts'

interface Binding {
  readonly name: string
  readonly slot: number
  /** Declared inside an argument that `and` or `or` may skip. */
  readonly conditional: boolean
}

/**
 * Gives each variable of a template a slot, by the lexical rules that the parser checked. Only a declaration inside an argument of `and`/`or` may
 * not have happened when its variable is read; such a slot holds UNSET then and the next outer variable of that name counts.
 */
export class SlotScope {
  readonly #bindings: Binding[] = [{ name: '$', slot: 0, conditional: false }]
  #slots = 1
  #conditional = 0
  #conditionalSlots: number[] = []

  get slots(): number {
    return this.#slots
  }

  mark(): number {
    return this.#bindings.length
  }

  release(mark: number): void {
    this.#bindings.length = mark
  }

  declare(name: string): number {
    const slot = this.#slots++
    this.#bindings.push({ name, slot, conditional: this.#conditional > 0 })
    if (this.#conditional > 0) this.#conditionalSlots.push(slot)
    return slot
  }

  /** Compiles something that may be skipped at run time; gives the slots to reset before it. */
  conditionally<T>(compile: () => T): { result: T; slots: readonly number[] } {
    const outer = this.#conditionalSlots
    this.#conditionalSlots = []
    this.#conditional++
    const result = compile()
    this.#conditional--
    const slots = this.#conditionalSlots
    this.#conditionalSlots = [...outer, ...slots]
    return { result, slots }
  }

  /** A function from frame to the slot that holds the variable at run time. */
  resolve(name: string): number | ((frame: Frame) => number) {
    const candidates: number[] = []
    for (let i = this.#bindings.length - 1; i >= 0; i--) {
      const binding = this.#bindings[i]
      if (binding?.name !== name) continue
      candidates.push(binding.slot)
      if (!binding.conditional) break
    }
    const [first] = candidates
    if (first !== undefined && candidates.length === 1 && !this.#isConditional(first)) return first
    return (frame) => candidates.find((slot) => !isUnset(frame.vars[slot])) ?? frame.fail(`undefined variable: ${name}`)
  }

  #isConditional(slot: number): boolean {
    return this.#bindings.some((binding) => binding.slot === slot && binding.conditional)
  }
}

function isUnset(value: Value): boolean {
  return value === UNSET
}
