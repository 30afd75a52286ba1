import { YamlError, load } from '@slipway/yaml'
import type { FieldOptions, TargetSelector } from '../config/kustomization.ts'
import { KustomizeError, failure, prefixed } from '../errors.ts'
import { goJson } from '../go-json.ts'
import { mayHaveDressing } from '../tree/dressing.ts'
import { rangeOf } from '../tree/fields.ts'
import { forgetWritten, parseInner } from '../tree/inner-text.ts'
import type { Maker, Node, NodeKind } from '../tree/node.ts'
import { lookup, splitSmart } from '../tree/path.ts'
import { renderInner } from '../tree/render.ts'
import { matchPath } from './match.ts'

/** Copies a value to the fields that a target names, also into YAML or JSON that a scalar holds. */
export function copyValue(
  object: Node,
  value: Node,
  at: { readonly target: TargetSelector; readonly maker: Maker | undefined },
): void {
  const { target, maker } = at
  const paths =
    target.fieldPaths === undefined || target.fieldPaths.length === 0 ? ['metadata.name'] : target.fieldPaths
  for (const fieldPath of paths) {
    const create = target.options?.create === true ? value.kind : undefined
    if (setInsideText(object, { value, fieldPath, options: target.options, maker })) continue
    for (const node of fieldsAt(object, fieldPath, create)) setValue(node, value, { options: target.options, maker })
  }
}

function fieldsAt(object: Node, fieldPath: string, create: NodeKind | undefined): Node[] {
  const words = create === undefined ? 'unable to find field' : 'unable to find or create field'
  const problem = `${words} ${JSON.stringify(fieldPath)} in replacement target`
  let found: Node[]
  try {
    found = matchPath(object, splitSmart(fieldPath, '.'), create)
  } catch (error) {
    throw prefixed(error, problem)
  }
  if (found.length === 0) throw failure(problem)
  return found
}

interface SetContext {
  readonly options: FieldOptions | undefined
  readonly maker: Maker | undefined
}

function setValue(target: Node, source: Node, context: SetContext): void {
  const value = source.copy()
  const delimiter = context.options?.delimiter ?? ''
  if (delimiter !== '') value.value = spliced(target, value.value, context.options)
  if (target.kind === 'scalar') return target.setText(value.value, context.maker)
  value.maker = context.maker
  target.set(value)
  forgetWritten(target)
}

function spliced(target: Node, text: string, options: FieldOptions | undefined): string {
  if (target.kind !== 'scalar') throw failure('delimiter option can only be used with scalar nodes')
  const delimiter = options?.delimiter ?? ''
  const index = options?.index ?? 0
  const parts = target.value.split(delimiter)
  if (index < 0) parts.unshift(text)
  else if (index >= parts.length) parts.push(text)
  else parts[index] = text
  return parts.join(delimiter)
}

interface InsideText extends SetContext {
  readonly value: Node
  readonly fieldPath: string
}

// A path may lead into YAML or JSON that a scalar holds; false where it does not.
function setInsideText(object: Node, at: InsideText): boolean {
  const parts = splitSmart(at.fieldPath, '.')
  for (let count = 1; count < parts.length; count++) {
    const holder = quietly(() => lookup(object, parts.slice(0, count)))
    if (holder === undefined || holder.kind !== 'scalar') continue
    const inner = quietly(() => parseInner(holder.value))
    if (inner !== undefined) return rewriteText(holder, inner, { ...at, rest: parts.slice(count) })
  }
  return false
}

function rewriteText(holder: Node, inner: Node, at: InsideText & { rest: readonly string[] }): boolean {
  const create = at.options?.create === true ? at.value.kind : undefined
  const found = quietly(() => matchPath(inner, at.rest, create)) ?? []
  if (found.length === 0) return false
  const isWhole = found.some((node) => node.kind !== 'scalar')
  const text = quietly(() => {
    for (const node of found) setValue(node, at.value, at)
    return serialized(inner, holder.value)
  })
  if (text === undefined) return false
  if (isWhole && !isJson(holder.value) && mayHaveDressing(at.value)) throw lostDressing(at, holder)
  holder.setText(text, at.maker)
  return true
}

// The real tool copies them along; to leave them out would be to print something else.
function lostDressing({ fieldPath }: InsideText, holder: Node): KustomizeError {
  const message = `field '${fieldPath}' of a text would become a value with comments or tags, which are not kept here`
  return failure(message, {
    range: rangeOf(holder),
    hint: "Take the comments and tags out of the replacement's source.",
  })
}

// What Go trims: a byte order mark is no space, and a line break of C1 is one.
const SPACE_AT_ENDS = /^(?:[^\S\ufeff]|\x85)+|(?:[^\S\ufeff]|\x85)+$/g

// JSON is read once more, with its aliases resolved, and its comments go.
function serialized(inner: Node, original: string): string {
  const text = renderInner(inner)
  if (!isJson(original)) return text.replace(SPACE_AT_ENDS, '')
  const indent = original.includes('\n') && original.includes('  ')
  return goJson(load(text, { dialect: 'kyaml' }), { exact: true, indent })
}

function isJson(text: string): boolean {
  return /^(?:[^\S\ufeff]|\x85)*[{[]/.test(text)
}

function quietly<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof KustomizeError || error instanceof YamlError) return undefined
    throw error
  }
}
