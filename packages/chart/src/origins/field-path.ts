import type { FieldPath } from '@slipway/diag'
import { dereference, parseFirst, type YamlNode } from '@slipway/yaml'

const STEP = /\.?(?:([^.[\]]+)|\[(?:(\d+)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\])/y

/**
 * A field path as kubectl's JSONPath or dotted form writes it: `spec.replicas`, `{.spec.containers[0].image}`, `metadata.labels['a.b/c']`.
 * undefined for a text that is none.
 */
export function parseFieldPath(text: string): FieldPath | undefined {
  const body = text
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .replace(/^\$/, '')
    .replaceAll('\\.', '\u0000')
  const path: (string | number)[] = []
  STEP.lastIndex = 0
  for (let at = 0; at < body.length; at = STEP.lastIndex) {
    STEP.lastIndex = at
    const match = STEP.exec(body)
    if (match === null) return undefined
    const [, plain, index, single, double] = match
    if (index !== undefined) path.push(Number(index))
    else path.push((plain ?? single ?? double ?? '').replaceAll('\u0000', '.').replace(/\\(.)/g, '$1'))
  }
  return path
}

/** The field that stands on a line (from 1) of a document's text: the innermost one whose key or item begins there, else that goes over it. */
export function fieldAtLine(text: string, line: number): FieldPath | undefined {
  const root = parseFirst(text, { dialect: 'sigs' })
  if (root === undefined) return undefined
  const starts = lineStarts(text)
  const range = { start: starts[line - 1] ?? text.length, end: starts[line] ?? text.length }
  let best: { path: FieldPath; at: number } | undefined
  const visit = (node: YamlNode, path: FieldPath): void => {
    for (const { step, from, value } of membersOf(node)) {
      const inner = [...path, step]
      if (from < range.end && value.end > range.start && from >= (best?.at ?? -1)) best = { path: inner, at: from }
      visit(value, inner)
    }
  }
  visit(root, [])
  return best?.path
}

function membersOf(given: YamlNode): { step: string | number; from: number; value: YamlNode }[] {
  const node = dereference(given)
  if (node.kind === 'seq') return node.items.map((value, step) => ({ step, from: value.start, value }))
  if (node.kind !== 'map') return []
  return node.entries.flatMap(({ key, value }) =>
    key.kind === 'scalar' ? [{ step: key.value, from: key.start, value }] : [],
  )
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
