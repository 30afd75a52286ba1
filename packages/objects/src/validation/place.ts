import type { Causes } from './causes.ts'
import type { NameRule } from './names.ts'

/** A field of an object that is being checked: its path, and where its faults go. */
export class Place {
  readonly field: string
  readonly causes: Causes

  constructor(field: string, causes: Causes) {
    this.field = field
    this.causes = causes
  }

  /** A member, or a member of a member. */
  at(...names: readonly string[]): Place {
    const path = names.join('.')
    return new Place(this.field === '' ? path : `${this.field}.${path}`, this.causes)
  }

  /** An element of a list. */
  nth(index: number): Place {
    return new Place(`${this.field}[${index}]`, this.causes)
  }

  /** A member of a map. */
  key(name: string): Place {
    return new Place(`${this.field}[${name}]`, this.causes)
  }

  required(detail = ''): void {
    this.causes.required(this.field, detail)
  }

  invalid(value: unknown, detail: string): void {
    this.causes.invalid(this.field, value, detail)
  }

  /** A fault of the whole, whose value is not shown. */
  bad(detail: string): void {
    this.causes.bad(this.field, detail)
  }

  /** `supported` in the order of the real server: sorted where it keeps a set, as written where it keeps a list. */
  unsupported(value: unknown, supported: readonly unknown[]): void {
    this.causes.unsupported(this.field, value, supported)
  }

  duplicate(value: unknown): void {
    this.causes.duplicate(this.field, value)
  }

  notFound(value: unknown, detail = ''): void {
    this.causes.notFound(this.field, value, detail)
  }

  forbidden(detail: string): void {
    this.causes.forbidden(this.field, detail)
  }

  tooLong(limit: number): void {
    this.causes.tooLong(this.field, limit)
  }

  tooMany(count: number, limit: number): void {
    this.causes.tooMany(this.field, count, limit)
  }

  /** The faults of a name by its rule. */
  named(value: string, rule: NameRule): void {
    for (const fault of rule(value)) this.invalid(value, fault)
  }
}
