import type { ScalarStyle } from './node.ts'

/** The tokens of YAML's block and flow grammar. */
export type TokenType =
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar'

/** A place in the text as error messages count it: the line from 0, broken where YAML breaks lines. */
export interface Mark {
  readonly offset: number
  readonly line: number
}

/** One token; `value` is the text of a scalar, the name of an anchor or alias, the handle of a tag. */
export interface Token {
  readonly type: TokenType
  readonly start: number
  readonly end: number
  readonly line: number
  readonly value: string
  /** The suffix of a tag, the prefix of a tag directive. */
  readonly suffix: string
  readonly style: ScalarStyle
}
