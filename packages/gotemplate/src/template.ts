import { compileTree, type Compiled } from './exec/compile.ts'
import { Run, type Limits } from './exec/run.ts'
import { TemplateError } from './errors.ts'
import { FunctionTable } from './functions.ts'
import { BUILTINS } from './builtins/table.ts'
import { parseTemplate } from './parse/parser.ts'
import { isEmptyTree, type Tree } from './parse/tree.ts'
import { quote } from './strconv/quote.ts'
import { Recorder, type TrackedOutput, type TrackOptions } from './track/recorder.ts'
import type { Value } from './values/value.ts'

/** What `.x` gives when a map has no `x`: no value, the zero of the element type (nil for `interface {}`), an error. */
export type MissingKey = 'default' | 'zero' | 'error'

/** Options of a {@link TemplateSet}. */
export interface TemplateSetOptions {
  /** The name of the set itself, for messages. */
  readonly name?: string
  readonly functions?: FunctionTable
  readonly missingKey?: MissingKey
  readonly leftDelim?: string
  readonly rightDelim?: string
}

/**
 * Templates that can call each other, with the functions they call: what Go's associated templates are.
 *
 * @example
 * const set = new TemplateSet()
 * set.parse('hello', 'Hello {{ .name | printf "%q" }}')
 * set.execute('hello', fromJs({ name: 'x' })) // Hello "x"
 */
export class TemplateSet {
  readonly name: string
  readonly functions: FunctionTable
  readonly missingKey: MissingKey
  readonly #delims: { leftDelim: string; rightDelim: string }
  readonly #trees: Map<string, Tree>

  constructor(options: TemplateSetOptions = {}, trees: ReadonlyMap<string, Tree> = new Map()) {
    this.name = options.name ?? ''
    this.functions = options.functions ?? new FunctionTable({})
    this.missingKey = options.missingKey ?? 'default'
    this.#delims = { leftDelim: options.leftDelim ?? '', rightDelim: options.rightDelim ?? '' }
    this.#trees = new Map(trees)
  }

  /** Parses a text under a name and adds what it defines. Throws `TEMPLATE_PARSE`. */
  parse(name: string, text: string): void {
    this.add(this.parseTrees(name, text))
  }

  /** Parses without adding: trees can be kept and added to any set with functions of the same names. */
  parseTrees(name: string, text: string): Tree[] {
    return parseTemplate(name, text, {
      ...this.#delims,
      hasFunction: (ident) => this.functions.has(ident) || BUILTINS.has(ident),
    })
  }

  /** Adds parsed trees. An empty body never replaces another one; otherwise the last definition counts. */
  add(trees: readonly Tree[]): void {
    for (const tree of trees) {
      if (this.#trees.has(tree.name) && isEmptyTree(tree.root)) continue
      this.#trees.set(tree.name, tree)
    }
  }

  /** Makes a tree the definition of its name, even an empty one, as Go's Parse does for the template that it is called on. */
  define(tree: Tree): void {
    this.#trees.set(tree.name, tree)
  }

  /** The tree of a template. */
  lookup(name: string): Tree | undefined {
    return this.#trees.get(name)
  }

  /** The names of all templates, in the order of their first definition. */
  names(): string[] {
    return [...this.#trees.keys()]
  }

  /** A set of its own with the same templates; other options may be given. */
  clone(options: TemplateSetOptions = {}): TemplateSet {
    const { name, functions, missingKey } = this
    return new TemplateSet({ name, functions, missingKey, ...this.#delims, ...options }, this.#trees)
  }

  /** The output of a template for the data. Throws `TEMPLATE_EXEC` or the code of the limit that was reached. */
  execute(name: string, data: Value, limits: Limits = {}): string {
    const run = new Run(this, limits, undefined)
    run.enter(this.#find(name, false), data ?? undefined, undefined)
    return run.out
  }

  /** Executes and records where each stretch of the output comes from. */
  executeTracked(name: string, data: Value, options: TrackOptions = {}, limits: Limits = {}): TrackedOutput {
    const recorder = new Recorder(options)
    const run = new Run(this, limits, recorder)
    run.enter(this.#find(name, true), data ?? undefined, undefined)
    return recorder.output(run.out)
  }

  /** The closures of a template, compiled at its first use. */
  compiled(name: string, tracked: boolean): Compiled | undefined {
    const tree = this.#trees.get(name)
    if (tree === undefined) return undefined
    return this.functions.compiled(tree, tracked, () => compileTree(tree, this.functions, tracked))
  }

  #find(name: string, tracked: boolean): Compiled {
    const template = this.compiled(name, tracked)
    if (template !== undefined) return template
    const reason = `no template ${quote(name)} associated with template ${quote(this.name)}`
    throw new TemplateError('TEMPLATE_EXEC', `template: ${reason}`, { reason })
  }
}
