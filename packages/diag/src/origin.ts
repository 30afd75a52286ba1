import type { SourceRange } from './source.ts'

/** What kind of place gave a value: the words of the tool that reads it. */
export type OriginKind =
  | 'template'
  | 'values'
  | 'set'
  | 'default'
  | 'resource'
  | 'patch'
  | 'transformer'
  | 'generator'
  | 'replacement'

/** One place that a rendered field, or a part of it, comes from. */
export interface Origin {
  readonly kind: OriginKind
  /** Where in a file; absent for a command-line argument, which `argument` then holds. */
  readonly at?: SourceRange
  /** The `--set` argument or the built-in (`.Release.Name`) that gave the value. */
  readonly argument?: string
  /** The path in the values, or the transformer's name: `.Values.image.tag`, `images`. */
  readonly subject?: string
  /** The value that this place gave. */
  readonly value?: unknown
  /** The chain of includes from the outermost template to the printing one. */
  readonly through?: readonly SourceRange[]
  /** Earlier definitions that this one replaced, nearest first. */
  readonly overrode?: readonly Origin[]
}

/** A path into an object: field names and list indexes. */
export type FieldPath = readonly (string | number)[]

/**
 * Origins of one rendered object, found when asked for.
 * A field that no place claims has an empty list; a map or list has the origins of itself, not of its members.
 */
export interface Origins {
  of(path: FieldPath): readonly Origin[]
}
