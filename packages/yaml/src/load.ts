import type { Diagnostic } from '@slipway/diag'
import type { Dialect } from './dialect.ts'
import { YamlError } from './errors.ts'
import { type CommentedDocument, SourceText, type YamlNode } from './node.ts'
import { Parser } from './parser.ts'
import { duplicateKeys } from './keys.ts'
import { type YamlValue, toValue } from './value.ts'

/** How a text is read. */
export interface LoadOptions {
  readonly dialect: Dialect
  /** The name that ranges carry, relative to the repository or chart; default ''. */
  readonly file?: string
  /** See {@link ToValueOptions}. */
  readonly keepsFloats?: boolean
}

/** The documents of a text and what is wrong with it. */
export interface ParsedDocuments {
  /** Root nodes in order; those before a syntax fault are there too. */
  readonly documents: readonly YamlNode[]
  /** At most one syntax error, as nothing behind it can be trusted, and a duplicate key each (a warning in `sigs`, an error in `kyaml`). */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads all documents of a stream into nodes that know their places; faults are diagnostics, nothing is thrown.
 *
 * @example
 * const { documents, diagnostics } = parseDocuments(text, { file: 'values.yaml', dialect: 'sigs' })
 */
export function parseDocuments(text: string, options: LoadOptions): ParsedDocuments {
  const documents: YamlNode[] = []
  const diagnostics: Diagnostic[] = []
  const parser = new Parser(new SourceText(options.file ?? '', text), options.dialect)
  try {
    for (let node = parser.next(); node !== undefined; node = parser.next()) documents.push(node)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    diagnostics.push(diagnosticOf(error))
  }
  for (const node of documents) reportDuplicates(node, options.dialect, diagnostics)
  return { documents, diagnostics }
}

/** The first document's root node, or undefined for an empty text; throws {@link YamlError} like the real tools, which do not look behind it. */
export function parseFirst(text: string, options: LoadOptions): YamlNode | undefined {
  return new Parser(new SourceText(options.file ?? '', text), options.dialect).next()
}

/**
 * The first document with its comments, as go-yaml v3 attaches them to nodes, for {@link printDocument}; undefined for an empty text.
 *
 * Throws {@link YamlError} where {@link parseFirst} does.
 */
export function parseCommented(text: string, file = ''): CommentedDocument | undefined {
  const parser = new Parser(new SourceText(file, text), 'kyaml', true)
  const root = parser.next()
  return root === undefined ? undefined : { root, outer: parser.outer }
}

/** All root nodes of a stream; throws {@link YamlError} at the first syntax fault. */
export function parseAll(text: string, options: LoadOptions): YamlNode[] {
  const documents: YamlNode[] = []
  const parser = new Parser(new SourceText(options.file ?? '', text), options.dialect)
  for (let node = parser.next(); node !== undefined; node = parser.next()) documents.push(node)
  return documents
}

/**
 * The plain data of the first document, null for an empty text.
 *
 * In dialect `sigs` this is Go's `yaml.Unmarshal` into an `interface{}`, message included: `error converting YAML to JSON: yaml: line 3: ...`;
 * in `kyaml` it is go-yaml v3's `Unmarshal`.
 *
 * @example
 * load('replicas: 3\n', { dialect: 'sigs' }) // { replicas: 3 }
 */
export function load(text: string, options: LoadOptions): YamlValue {
  try {
    const node = parseFirst(text, options)
    return node === undefined ? null : toValue(node, options)
  } catch (error) {
    if (options.dialect !== 'sigs' || !(error instanceof YamlError)) throw error
    const message = `error converting YAML to JSON: ${error.message}`
    throw new YamlError(error.code, error.problem, { ...rangeOption(error), message, cause: error })
  }
}

/** A thrown fault as a value to collect. */
export function diagnosticOf(error: YamlError): Diagnostic {
  return { code: error.code, severity: 'error', message: error.problem, ...rangeOption(error) }
}

function rangeOption(error: YamlError): { range?: NonNullable<YamlError['range']> } {
  return error.range === undefined ? {} : { range: error.range }
}

function reportDuplicates(node: YamlNode, dialect: Dialect, into: Diagnostic[]): void {
  if (node.kind === 'seq') for (const item of node.items) reportDuplicates(item, dialect, into)
  if (node.kind !== 'map') return
  if (node.entries.length > 1) {
    for (const { first, second, name } of duplicateKeys(node)) into.push(duplicate({ first, second, name, dialect }))
  }
  for (const entry of node.entries) reportDuplicates(entry.value, dialect, into)
}

function duplicate(of: { first: YamlNode; second: YamlNode; name: string; dialect: Dialect }): Diagnostic {
  const { first, second, name, dialect } = of
  const line = first.range?.start.line ?? 0
  return {
    code: 'YAML_DUPLICATE_KEY',
    severity: dialect === 'sigs' ? 'warning' : 'error',
    message: `key ${JSON.stringify(name)} is already defined at line ${line}${dialect === 'sigs' ? ', this one wins' : ''}`,
    ...(second.range === undefined ? {} : { range: second.range }),
    ...(first.range === undefined ? {} : { related: [{ message: 'first defined here', range: first.range }] }),
  }
}
