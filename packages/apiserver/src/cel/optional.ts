import { CelError, hasMember, indexed } from './values.ts'

/** A value that may be missing, as `object.?spec` and `optional.of()` give it. */
export class CelOptional {
  readonly #value: unknown

  constructor(value: unknown) {
    this.#value = value
  }

  get isThere(): boolean {
    return this.#value !== undefined
  }

  /** @throws CelError when there is none */
  value(): unknown {
    if (this.#value === undefined) throw new CelError('optional.none() dereference')
    return this.#value
  }

  or(other: unknown): unknown {
    return this.#value ?? other
  }
}

/** A member or an item that may be missing, of a value that may be missing itself. */
export function optionalMember(owner: unknown, key: unknown): CelOptional {
  const value = owner instanceof CelOptional ? owner.or(undefined) : owner
  if (Array.isArray(value)) return new CelOptional((value as unknown[])[Number(key)])
  return new CelOptional(hasMember(value, String(key)) ? indexed(value, key) : undefined)
}
