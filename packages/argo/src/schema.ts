/** The part of a structural OpenAPI schema that Argo CD's kinds need. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'boolean' | 'integer' | 'number'
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly 'x-kubernetes-preserve-unknown-fields'?: true
  readonly 'x-kubernetes-int-or-string'?: true
}

/** Text. */
export const STRING: Schema = { type: 'string' }
/** True or false. */
export const BOOLEAN: Schema = { type: 'boolean' }
/** A 64-bit number. */
export const INTEGER: Schema = { type: 'integer', format: 'int64' }
/** Any map, kept as it is. */
export const ANY_MAP: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
/** A map of text to text. */
export const STRING_MAP: Schema = { type: 'object', additionalProperties: STRING }
/** A number or a text that holds one. */
export const INT_OR_STRING: Schema = { 'x-kubernetes-int-or-string': true }

/** A list of one type. */
export const listOf = (items: Schema): Schema => ({ type: 'array', items })

/** A map of known fields. */
export function mapOf(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return required.length === 0 ? { type: 'object', properties } : { type: 'object', required, properties }
}
