import { YamlError } from '@slipway/yaml'
import type { FieldOptions, TargetSelector } from '../config/kustomization.ts'
import { KustomizeError, failure, prefixed } from '../errors.ts'
import type { Maker, Node, NodeKind } from '../tree/node.ts'
import { rangeOf } from '../tree/fields.ts'
import { parseNode } from '../tree/parse.ts'
import { lookup, splitSmart } from '../tree/path.ts'
import { nodeOf, valueOf } from '../tree/value.ts'
import { renderNode } from '../tree/render.ts'
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
    const original = holder.value
    const inner = quietly(() => parseNode(original, ''))
    if (inner === undefined) continue
    const losesComments = !isJson(original) && hasComments(original, inner)
    const isRewritten = quietly(() => rewriteText(holder, inner, { ...at, rest: parts.slice(count) })) === true
    if (isRewritten && losesComments) throw lostComments(at, holder)
    return isRewritten
  }
  return false
}

function rewriteText(holder: Node, inner: Node, at: InsideText & { rest: readonly string[] }): boolean {
  const create = at.options?.create === true ? at.value.kind : undefined
  const found = matchPath(inner, at.rest, create)
  if (found.length === 0) return false
  for (const node of found) setValue(node, at.value, at)
  holder.setText(serialized(inner, holder.value), at.maker)
  return true
}

function serialized(inner: Node, original: string): string {
  if (!isJson(original)) return renderNode(inner).trim()
  const value = JSON.parse(JSON.stringify(valueOf(nodeOf(valueOf(inner))))) as unknown
  const pretty = original.includes('\n') && original.includes('  ')
  const text = JSON.stringify(value, undefined, pretty ? 2 : undefined)
  return text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function isJson(text: string): boolean {
  return /^\s*[{[]/.test(text)
}

// The real tool keeps them; to leave them out would be to print something else.
function lostComments({ fieldPath }: InsideText, holder: Node): KustomizeError {
  const message = `field '${fieldPath}' is inside of a YAML text with comments, which are not kept here`
  return failure(message, {
    range: rangeOf(holder),
    hint: 'Take the comments out of the text, or replace it as a whole.',
  })
}

function hasComments(text: string, root: Node): boolean {
  if (!text.includes('#')) return false
  const scalars = scalarsOf(root).flatMap(({ at, style }) => (at === undefined ? [] : [{ ...at, style }]))
  const isInside = (at: number): boolean =>
    scalars.some(({ start, end, style }) => {
      // The line that begins a block is none of its text.
      const from = style === 'literal' || style === 'folded' ? text.indexOf('\n', start) : start
      return at >= from && at < end
    })
  return [...text.matchAll(/(?<=^|\s)#/g)].some(({ index }) => !isInside(index))
}

function scalarsOf(node: Node): Node[] {
  return node.kind === 'scalar' ? [node] : node.content.flatMap(scalarsOf)
}

function quietly<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof KustomizeError || error instanceof YamlError) return undefined
    throw error
  }
}
