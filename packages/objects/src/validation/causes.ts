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
    const known = new Map<string, Cause>()
    for (const cause of this.list) {
      const key = `${cause.field}\n${cause.message}`
      if (!known.has(key)) known.set(key, cause)
    }
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
    const more = detail === '' ? '' : `: ${detail}`
    this.list.push({ reason: 'FieldValueInvalid', message: `Invalid value: ${show(value)}${more}`, field })
  }

  bad(field: string, detail: string): void {
    this.list.push({ reason: 'FieldValueInvalid', message: `Invalid value: ${detail}`, field })
  }

  unsupported(field: string, value: unknown, supported: readonly unknown[]): void {
    const names = supported.map((name) => JSON.stringify(name))
    this.list.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${show(value)}: supported values: ${names.join(', ')}`,
      field,
    })
  }

  duplicate(field: string, value: unknown): void {
    this.list.push({ reason: 'FieldValueDuplicate', message: `Duplicate value: ${show(value)}`, field })
  }

  notFound(field: string, value: unknown, detail = ''): void {
    const more = detail === '' ? '' : `: ${detail}`
    this.list.push({ reason: 'FieldValueNotFound', message: `Not found: ${show(value)}${more}`, field })
  }

  tooMany(field: string, count: number, limit: number): void {
    const message = `Too many: ${count}: must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`
    this.list.push({ reason: 'FieldValueTooMany', message, field })
  }

  forbidden(field: string, detail: string): void {
    this.list.push({ reason: 'FieldValueForbidden', message: `Forbidden: ${detail}`, field })
  }

  tooLong(field: string, limit: number): void {
    this.list.push({ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${limit} bytes`, field })
  }
}

function show(value: unknown): string {
  return value === undefined || value === null ? 'null' : goText(JSON.stringify(value))
}

// encoding/json writes these three as escapes, and strconv.Quote, which is for strings alone, does not.
function goText(json: string): string {
  if (json.startsWith('"')) return json
  return json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
}
