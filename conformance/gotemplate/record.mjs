// Writes Go's answers to the tables in tables/ into the tests of gotemplate, sprig and chart: node conformance/gotemplate/record.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dataFields } from './lib/data.mjs'
import { buildOracle, askOracle } from './lib/oracle.mjs'

const TARGETS = {
  gotemplate: ['lexer', 'parse', 'exec', 'builtins', 'printf'],
  chart: ['helm-templates', 'helm-durations', 'helm-json', 'helm-yaml', 'helm-toml'],
  sprig: ['strings', 'lists', 'dicts', 'math', 'encoding', 'regex', 'semver', 'dates', 'types', 'paths', 'typed'],
}
const SETS = { sprig: { functions: 'sprig' }, chart: { functions: 'helm', missingkey: 'zero' } }
const binary = process.env.GOTEMPLATE_ORACLE ?? buildOracle()

for (const [name, tables] of Object.entries(TARGETS)) {
  for (const table of tables) {
    const templates = JSON.parse(readFileSync(new URL(`tables/${table}.json`, import.meta.url), 'utf8'))
    const how = SETS[name]
    const cases = templates.map((text) => ({ files: [['t.tpl', text]], data: dataFields(), ...how }))
    const answers = await askOracle(binary, cases)
    const rows = templates.map((text, at) => ({ text, ...decoded(answers[at]) }))
    const target = fileURLToPath(new URL(`../../packages/${name}/test/recorded/${table}.json`, import.meta.url))
    writeFileSync(target, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`)
  }
}

function decoded({ output, error, told }) {
  if (error === undefined) return { output: utf8(output) }
  return told === undefined ? { error: utf8(error) } : { error: utf8(error), told: utf8(told) }
}

function utf8(latin) {
  return Buffer.from(latin, 'latin1').toString()
}
