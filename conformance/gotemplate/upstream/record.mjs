// Writes the cases of Go's own lexer, parser and execution tests with Go's answers into gotemplate's tests:
// node conformance/gotemplate/upstream/record.mjs
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { INSIDE } from './inside.mjs'

const root = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim()
const directory = mkdtempSync(join(tmpdir(), 'gotemplate-upstream-'))
const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const Replace = {
  [join(root, 'src/text/template/parse/record_test.go')]: here('parse_record_test.go'),
  [join(root, 'src/text/template/record_test.go')]: here('exec_record_test.go'),
}
writeFileSync(join(directory, 'overlay.json'), JSON.stringify({ Replace }))
writeFileSync(join(directory, 'inside.json'), JSON.stringify(INSIDE))

const parsed = record('text/template/parse')
write('go-lexer', parsed.lex)
write('go-parser', parsed.parse)
write('go-numbers', parsed.numbers)
const { cases, excluded } = record('text/template')
write('go-exec', cases)
console.log(
  JSON.stringify({
    lexer: parsed.lex.length,
    parser: parsed.parse.length,
    numbers: parsed.numbers.length,
    exec: cases.length,
  }),
)
console.log('left out of the execution tests:', excluded)

function record(name) {
  const target = join(directory, 'record.json')
  const env = { ...process.env, RECORD: target, INSIDE: join(directory, 'inside.json') }
  execFileSync('go', ['test', '-overlay', join(directory, 'overlay.json'), '-count=1', '-run', '^TestRecord$', name], {
    env,
    stdio: ['ignore', 2, 'inherit'],
  })
  return JSON.parse(readFileSync(target, 'utf8'))
}

function write(name, rows) {
  const target = here(`../../../packages/gotemplate/test/recorded/${name}.json`)
  writeFileSync(target, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`)
}
