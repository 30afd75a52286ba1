// Writes Go's answers to the tables in tables/ into the tests of gotemplate and sprig: node conformance/gotemplate/record.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dataFields } from './lib/data.mjs'
import { buildOracle, askOracle } from './lib/oracle.mjs'

const TARGETS = {
  gotemplate: ['lexer', 'parse', 'exec', 'builtins', 'printf'],
  sprig: ['strings', 'lists', 'dicts', 'math', 'encoding', 'regex', 'semver', 'dates', 'types', 'paths', 'typed'],
}
const binary = process.env.GOTEMPLATE_ORACLE ?? buildOracle()

for (const [name, tables] of Object.entries(TARGETS)) {
  for (const table of tables) {
    const templates = JSON.parse(readFileSync(new URL(`tables/${table}.json`, import.meta.url), 'utf8'))
    const functions = name === 'sprig' ? 'sprig' : ''
    const cases = templates.map((text) => ({ files: [['t.tpl', text]], data: dataFields(), functions }))
    const answers = await askOracle(binary, cases)
    const rows = templates.map((text, at) => ({ text, ...decoded(answers[at]) }))
    const target = fileURLToPath(new URL(`../../packages/${name}/test/recorded/${table}.json`, import.meta.url))
    writeFileSync(target, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`)
  }
}

function decoded({ output, error }) {
  return error === undefined ? { output: utf8(output) } : { error: utf8(error) }
}

function utf8(latin) {
  return Buffer.from(latin, 'latin1').toString()
}
