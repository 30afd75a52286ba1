import { CodedError, type CodedErrorOptions, type SourceRange } from '@slipway/diag'

/** Why a text could not be read or a value not be written. */
export type YamlErrorCode = 'YAML_SYNTAX' | 'YAML_VALUE' | 'YAML_DUPLICATE_KEY' | 'YAML_LIMIT' | 'YAML_DUMP'

/** What {@link YamlError} takes besides code and message. */
export interface YamlErrorOptions extends CodedErrorOptions {
  /** The place in the file. */
  readonly range?: SourceRange
}

/**
 * A YAML text that cannot be read, or a value that cannot be written.
 *
 * `message` has go-yaml's words (`yaml: line 3: mapping values are not allowed in this context`), so that drop-in commands print what the real tools
 * print; `problem` is the same without prefix and line, and `range` is the true place, for caret frames.
 */
export class YamlError extends CodedError<YamlErrorCode> {
  readonly range: SourceRange | undefined
  readonly problem: string

  constructor(code: YamlErrorCode, problem: string, options: YamlErrorOptions & { readonly message?: string } = {}) {
    super(code, options.message ?? `yaml: ${problem}`, options)
    this.problem = problem
    this.range = options.range
  }
}
