/** One fault of an object, as `Status.details.causes` holds it. */
export interface Cause {
  readonly reason: string
  readonly message: string
  readonly field: string
}

/** Collects the faults of an object; each method words its fault as `k8s.io/apimachinery/pkg/util/validation/field` does. */
export class Causes {
  readonly list: Cause[] = []

  /** The faults in order; what two checks found counts once. */
  distinct(): readonly Cause[] {
    const known = new Map(this.list.map((cause) => [`${cause.field}\n${cause.message}`, cause]))
    return [...known.values()]
  }

  required(field: string, detail = ''): void {
    this.list.push({
      reason: 'FieldValueRequired',
      message: detail === '' ? 'Required value' : `Required value: ${detail}`,
      field,
    })
  }

  invalid(field: string, value: unknown, detail: string): void {
    this.list.push({ reason: 'FieldValueInvalid', message: `Invalid value: ${show(value)}: ${detail}`, field })
  }

  unsupported(field: string, value: unknown, supported: readonly unknown[]): void {
    const names = supported.map((name) => JSON.stringify(name)).sort()
    this.list.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${show(value)}: supported values: ${names.join(', ')}`,
      field,
    })
  }

  duplicate(field: string, value: unknown): void {
    this.list.push({ reason: 'FieldValueDuplicate', message: `Duplicate value: ${show(value)}`, field })
  }

  notFound(field: string, value: unknown): void {
    this.list.push({ reason: 'FieldValueNotFound', message: `Not found: ${show(value)}`, field })
  }

  forbidden(field: string, detail: string): void {
    this.list.push({ reason: 'FieldValueForbidden', message: `Forbidden: ${detail}`, field })
  }

  tooLong(field: string, limit: number): void {
    this.list.push({ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${limit} bytes`, field })
  }
}

function show(value: unknown): string {
  return value === undefined || value === null ? 'null' : JSON.stringify(value)
}
