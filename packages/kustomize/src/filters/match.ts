import { RE2JS } from 're2js'
import { failure } from '../errors.ts'
import { commentBehind } from '../tree/dressing.ts'
import { demandKind, elementsOf, field, getField, rangeOf, setField } from '../tree/fields.ts'
import { Node, type NodeKind, scalarNode } from '../tree/node.ts'
import { parseInner } from '../tree/inner-text.ts'
import { isListIndex, isNumber, kindOfPart, splitListIndex } from '../tree/path.ts'
import { renderNode } from '../tree/render.ts'

/** kyaml's PathMatcher: all nodes that a path leads to, `*` and `[name=regex]` included; with `create` makes what is missing. */
export function matchPath(node: Node, path: readonly string[], create: NodeKind | undefined): Node[] {
  const [part, ...rest] = path
  if (part === undefined) return [node]
  const at = { part, rest, create }
  if (isNumber(part)) return matchIndex(node, at)
  if (isListIndex(part)) return matchElements(node, at)
  if (part === '*') return elementsOf(node).flatMap((item) => matchPath(item, rest, create))
  return matchField(node, at)
}

interface Step {
  readonly part: string
  readonly rest: readonly string[]
  readonly create: NodeKind | undefined
}

function matchField(node: Node, { part, rest, create }: Step): Node[] {
  // A part without a name stands for the scalar itself, where that is empty.
  if (part === '') demandKind(node, 'scalar')
  let found = getField(node, part)
  if (found === undefined) {
    if (create === undefined) return []
    found = setField(node, part, new Node(kindOfPart(rest[0] ?? '', create), ''), { keepNull: true })
  }
  if (found === undefined) return []
  if (found.kind === 'scalar' && rest.length > 0) return matchInside(found, rest, create)
  return matchPath(found, rest, create)
}

// A scalar may hold YAML of its own; what is found there is a copy, so setting it changes nothing outside.
function matchInside(scalar: Node, rest: readonly string[], create: NodeKind | undefined): Node[] {
  const inner = parseInner(scalar.value)
  if (inner !== undefined) return matchPath(inner, rest, create)
  const [next = ''] = rest
  const expected = isNumber(next) || isListIndex(next) || next === '*' ? 'SequenceNode' : 'MappingNode'
  throw failure(`wrong node kind: expected ${expected} but got : node contents:\nnull\n`)
}

function matchIndex(node: Node, { part, rest, create }: Step): Node[] {
  const index = Number(part)
  demandKind(node, 'seq')
  if (node.content.length === index && create !== undefined) {
    node.content = [...node.content, new Node(kindOfPart(rest[0] ?? '', create), '')]
  }
  const item = node.content[index]
  if (item === undefined) throw failure(`index ${index} specified but only ${node.content.length} elements found`)
  return matchPath(item, rest, create)
}

function matchElements(node: Node, step: Step): Node[] {
  const [name, pattern] = splitListIndex(step.part)
  const found = elementsOf(node).flatMap((item) => matchElement(item, { ...step, name, pattern }))
  if (found.length > 0 || step.create === undefined) return found
  const item = name === '' ? scalarNode(pattern) : new Node('map', '')
  if (name !== '') item.content = [new Node('scalar', '', name), scalarNode(pattern)]
  demandKind(node, 'seq')
  node.content = [...node.content, item]
  const again = elementsOf(node).flatMap((each) => matchElement(each, { ...step, name, pattern }))
  if (again.length === 0) throw failure(`failed to create element for ${JSON.stringify(step.part)}`)
  return again
}

function matchElement(item: Node, step: Step & { name: string; pattern: string }): Node[] {
  const value = step.name === '' ? item : field(item, step.name)
  if (value === undefined || !matches(value, step)) return []
  return step.name === '' ? [item] : matchPath(item, step.rest, step.create)
}

// kustomize matches the text of the value with its comment, unless a JSON patch took that away before.
function matches(value: Node, { part, pattern }: { part: string; pattern: string }): boolean {
  const text = renderNode(value).trim()
  const finds = (input: string): boolean => compile(pattern).matcher(input).find()
  const found = finds(text)
  const comment = commentBehind(value)
  if (comment === undefined || finds(`${text} ${comment}`) === found) return found
  throw failure(`whether ${part} matches depends on the comment behind ${text}, which is not kept here`, {
    range: rangeOf(value),
    hint: 'Take the comment out, or choose a pattern that matches with it and without it.',
  })
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    throw failure(`error parsing regexp: ${pattern}`, { cause: error })
  }
}
