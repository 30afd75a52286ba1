import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'vitest/node'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const RUNNERS = new Set(['test', 'it'])
const FIXED = 8

interface Node {
  readonly type: string
  readonly [field: string]: unknown
}

/** What a file of tests says of itself: comments are not in it. */
export interface TestFile {
  /** The titles of its tests as they are written; what a template leaves open stands as `${}`. */
  readonly titles: readonly string[]
  /** Its texts, and those of the files beside it that it imports: names of cases are among them. */
  readonly texts: readonly string[]
  /** Its source. */
  readonly source: string
}

const known = new Map<string, TestFile>()

/** The titles and texts of a file of tests, by its path in the repository. */
export function testFile(path: string): TestFile {
  const found = known.get(path) ?? readTests(path)
  known.set(path, found)
  return found
}

/** Whether a title is that of a test of the file: word for word, or as a template of it gives it. */
export function hasTitle({ titles }: TestFile, title: string): boolean {
  return titles.some((written) => written === title || gives(written, title))
}

// A template with next to no words of its own would give any title.
function gives(written: string, title: string): boolean {
  const parts = written.split('${}')
  if (parts.length === 1 || parts.join('').length < FIXED) return false
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.+')}$`, 's').test(
    title,
  )
}

function readTests(path: string): TestFile {
  const source = readFileSync(join(ROOT, path), 'utf8')
  const nodes = nodesOf(source)
  const imported = nodes
    .filter(({ type }) => type === 'ImportDeclaration')
    .map((node) => textOf(node['source'] as Node) ?? '')
    .filter((name) => name.startsWith('./') && name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, dirname(path), name), 'utf8'))
  return {
    titles: nodes.filter(isTest).flatMap((node) => textOf((node['arguments'] as readonly Node[])[0]) ?? []),
    texts: [...nodes, ...imported.flatMap(nodesOf)].flatMap((node) => textOf(node) ?? []),
    source,
  }
}

function nodesOf(source: string): readonly Node[] {
  return [...within(parseAst(source, { lang: 'ts' }))]
}

function* within(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* within(item)
  else if (typeof value === 'object' && value !== null) {
    if (typeof (value as Node).type === 'string') yield value as Node
    yield* within(Object.values(value))
  }
}

// test('…'), test.skipIf(…)('…'), test.each(…)('…'): what is called is `test`, a member of it, or what such a call gives.
function isTest(node: Node): boolean {
  return node.type === 'CallExpression' && isRunner(node['callee'] as Node)
}

function isRunner(callee: Node): boolean {
  if (callee.type === 'Identifier') return RUNNERS.has(callee['name'] as string)
  if (callee.type === 'MemberExpression') return isRunner(callee['object'] as Node)
  if (callee.type === 'TaggedTemplateExpression') return isRunner(callee['tag'] as Node)
  return callee.type === 'CallExpression' && isRunner(callee['callee'] as Node)
}

function textOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node['value'] === 'string') return node['value']
  if (node?.type !== 'TemplateLiteral') return undefined
  const parts = node['quasis'] as readonly { readonly value: { readonly cooked: string } }[]
  return parts.map(({ value }) => value.cooked).join('${}')
}
