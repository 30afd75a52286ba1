import {
  type FunctionTable,
  GoMap,
  type Limits,
  type Segment,
  TemplateSet,
  type TrackedOutput,
  type TrackOptions,
  type Tree,
} from '@slipway/gotemplate'
import type { ChartFile } from '../chart.ts'
import type { Compat } from '../compat.ts'
import { valuesType } from '../data/types.ts'
import { withoutNoValue } from '../functions/templates.ts'
import { execError, parseError } from './errors.ts'
import { baseName, type ChartTemplate, textOf } from './templates.ts'

/** What a template printed. */
export interface Rendered {
  /** The template's name. */
  readonly name: string
  readonly text: string
  /** Where each stretch of the text comes from; only when tracked. */
  readonly segments: readonly Segment[]
}

/** How templates run. */
export interface EngineOptions {
  readonly functions: FunctionTable
  readonly limits: Limits
  readonly compat?: Compat
  readonly track?: TrackOptions | undefined
  /** Fails on missing keys, as `lint --strict` does. */
  readonly strict?: boolean
  /** Gets an error in place of the caller, so that linting goes on. */
  readonly only?: (name: string) => boolean
}

/** Parses all templates, then runs those that are no partials (engine.go render). */
export function runTemplates(templates: readonly ChartTemplate[], options: EngineOptions): Rendered[] {
  const set = new TemplateSet({
    name: 'gotpl',
    functions: options.functions,
    missingKey: options.strict === true ? 'error' : 'zero',
  })
  for (const template of templates) parseInto(set, template)
  return templates
    .filter((template) => !baseName(template.name).startsWith('_'))
    .map((template) => runOne(set, template, options))
}

function runOne(set: TemplateSet, template: ChartTemplate, options: EngineOptions): Rendered {
  const { name, data, basePath } = template
  data.entries.set(
    'Template',
    new GoMap(
      valuesType(options.compat ?? 'helm4'),
      new Map([
        ['Name', name],
        ['BasePath', basePath],
      ]),
    ),
  )
  try {
    if (options.track === undefined) {
      return { name, text: String(withoutNoValue(set.execute(name, data, options.limits))), segments: [] }
    }
    const output = set.executeTracked(name, data, options.track, options.limits)
    return new TrackedTemplate(name, output)
  } catch (error) {
    throw execError(name, error, options.compat ?? 'helm4')
  }
}

const NO_VALUE = '<no value>'

/** The output of a tracked template, without what Go prints for missing values; its stretches are found when asked for. */
class TrackedTemplate implements Rendered {
  readonly name: string
  readonly text: string
  readonly #output: TrackedOutput
  #segments: readonly Segment[] | undefined

  constructor(name: string, output: TrackedOutput) {
    this.name = name
    this.text = output.text.replaceAll(NO_VALUE, '')
    this.#output = output
  }

  get segments(): readonly Segment[] {
    this.#segments ??= withoutNoValueIn(this.#output)
    return this.#segments
  }
}

function withoutNoValueIn({ text, segments }: TrackedOutput): readonly Segment[] {
  if (!text.includes(NO_VALUE)) return segments
  const cuts: number[] = []
  for (let at = text.indexOf(NO_VALUE); at >= 0; at = text.indexOf(NO_VALUE, at + NO_VALUE.length)) cuts.push(at)
  const moved = (offset: number): number =>
    cuts.reduce((to, at) => to - Math.max(0, Math.min(offset - at, NO_VALUE.length)), offset)
  return segments
    .map((each) => ({ ...each, start: moved(each.start), end: moved(each.end) }))
    .filter((each) => each.end > each.start || each.refs.length + each.controls.length > 0)
}

interface Parsed {
  readonly name: string
  readonly functions: FunctionTable
  readonly trees: readonly Tree[]
}

// Trees do not change, and functions are looked up by name: parsed once, a file serves every rendering under the same name.
const parsed = new WeakMap<ChartFile, Parsed>()

function parseInto(set: TemplateSet, template: ChartTemplate): void {
  const { name, file } = template
  const known = parsed.get(file)
  if (known !== undefined && known.name === name && known.functions === set.functions) return set.add(known.trees)
  try {
    const trees = set.parseTrees(name, textOf(file))
    parsed.set(file, { name, functions: set.functions, trees })
    set.add(trees)
  } catch (error) {
    throw parseError(name, error)
  }
}
