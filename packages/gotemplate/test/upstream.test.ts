import { readFileSync } from 'node:fs'
import { GoMap, nodeText, Tagged, TemplateError, TemplateSet } from '@slipway/gotemplate'
import { describe, expect, it } from 'vitest'
import { Lexer, type Token } from '../src/parse/lexer.ts'
import { parseNumber } from '../src/parse/number.ts'
import { parseTemplate } from '../src/parse/parser.ts'
import { isEmptyTree } from '../src/parse/tree.ts'
import { recordedValue, UPSTREAM_FUNCTIONS } from './upstream-data.ts'

function read<T>(table: string): T[] {
  return JSON.parse(readFileSync(new URL(`recorded/${table}.json`, import.meta.url), 'utf8')) as T[]
}

interface LexRow {
  readonly name: string
  readonly input: string
  readonly left: string
  readonly right: string
  readonly items: readonly [type: string, offset: number, line: number, text: string][]
}

function tokens(row: LexRow): Token[] {
  const lexer = new Lexer(row.input, { leftDelim: row.left, rightDelim: row.right, comments: true })
  const all: Token[] = []
  do all.push(lexer.next())
  while (all.at(-1)?.type !== 'eof' && all.at(-1)?.type !== 'error')
  return all
}

describe("the cases of Go's lexer tests", () => {
  it.each(read<LexRow>('go-lexer'))('$name', (row) => {
    const offset = (position: number) => Buffer.byteLength(row.input.slice(0, position))
    const found = tokens(row).map(({ type, pos, line, value }) => [type, offset(pos), line, value])
    expect(found).toEqual(row.items)
  })
})

interface ParseRow {
  readonly name: string
  readonly input: string
  readonly functions: readonly string[] | null
  readonly trees?: Readonly<Record<string, string>>
  readonly empty?: boolean
  readonly error?: string
}

function parsed({ name, input, functions }: ParseRow): Omit<ParseRow, 'name' | 'input' | 'functions'> {
  try {
    const trees = parseTemplate(name, input, { hasFunction: (ident) => functions?.includes(ident) === true })
    const main = trees.find((tree) => tree.name === name)
    const texts = Object.fromEntries(trees.map((tree) => [tree.name, nodeText(tree.root)]))
    return { trees: texts, empty: main !== undefined && isEmptyTree(main.root) }
  } catch (error) {
    if (error instanceof TemplateError) return { error: error.message }
    throw error
  }
}

describe("the cases of Go's parser tests", () => {
  it.each(read<ParseRow>('go-parser'))('$name', (row) => {
    const { trees, empty, error } = row
    expect(parsed(row)).toEqual(error === undefined ? { trees, empty } : { error })
  })
})

describe('nesting', () => {
  const parens = (depth: number) => `{{${'('.repeat(depth)}1${')'.repeat(depth)}}}`
  const blocks = (depth: number) => `${'{{if 1}}'.repeat(depth)}x${'{{end}}'.repeat(depth)}`

  it.each([parens(1000), blocks(1000)])('up to the limit works', (text) => {
    const set = new TemplateSet()
    set.parse('t', text)
    expect(set.execute('t', undefined)).toMatch(/^[1x]$/)
  })

  it.each([parens(1001), blocks(1001), parens(100_000), blocks(100_000)])(
    'beyond it is an error with a place',
    (text) => {
      expect(() => new TemplateSet().parse('t', text)).toThrow('template: t:1: max expression depth exceeded')
    },
  )
})

interface NumberRow {
  readonly text: string
  readonly kind: 'charConstant' | 'complex' | 'number'
  readonly int?: string
  readonly uint?: string
  readonly float?: number
  readonly complex?: readonly [number, number]
  readonly error?: string
}

describe("the numbers of Go's parser tests", () => {
  it.each(read<NumberRow>('go-numbers'))('$text', ({ text, kind, error, ...row }) => {
    const found = parseNumber(text, kind)
    if (typeof found === 'string' || error !== undefined) {
      expect(found).toBe(error)
      return
    }
    const { int, uint, float, complex } = found
    const parts = complex === undefined ? undefined : [complex.re, complex.im]
    expect({ int: int?.toString(), uint: uint?.toString(), float, complex: parts }).toEqual(row)
  })
})

interface ExecRow {
  readonly name: string
  readonly files: readonly [name: string, text: string][]
  readonly data: unknown
  readonly missingkey?: 'default' | 'zero' | 'error'
  readonly delims?: readonly [string, string]
  readonly output?: string
  readonly error?: string
}

function executed(row: ExecRow): Pick<ExecRow, 'output' | 'error'> {
  const [leftDelim = '', rightDelim = ''] = row.delims ?? []
  const functions = UPSTREAM_FUNCTIONS
  const set = new TemplateSet({
    name: 'root',
    functions,
    missingKey: row.missingkey ?? 'default',
    leftDelim,
    rightDelim,
  })
  try {
    for (const [name, text] of row.files) set.parse(name, text)
    return { output: set.execute(row.files.at(-1)?.[0] ?? '', recordedValue(row.data)) }
  } catch (error) {
    if (error instanceof TemplateError) return { error: error.message }
    throw error
  }
}

describe("the cases of Go's execution tests", () => {
  it.each(read<ExecRow>('go-exec'))('$name', (row) => {
    const { output, error } = row
    expect(executed(row)).toEqual(error === undefined ? { output } : { error })
  })
})

describe('a nil with a source', () => {
  it.each(['{{.nil}}', '{{.nil | and 1}}', '{{or 0 .nil}}'])('is no value, as without one: %s', (text) => {
    const source = { place: undefined, through: undefined, refs: [{ path: '.nil' }], controls: [] }
    const tagged = new Tagged(null, [{ start: 0, end: Number.POSITIVE_INFINITY, source }])
    const set = new TemplateSet()
    set.parse('t', text)
    const data = new GoMap(undefined, new Map([['nil', tagged]]))
    expect(set.executeTracked('t', data).text).toBe('<no value>')
    expect(set.execute('t', new GoMap(undefined, new Map([['nil', null]])))).toBe('<no value>')
  })
})
