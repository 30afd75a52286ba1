import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Go's answers to cases, in the order of the cases. `binary` is the built program of `oracle/`. */
export async function askOracle(binary, cases) {
  const child = spawn(binary, [], { env: { ...process.env, TZ: 'UTC' }, stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = []
  const done = (async () => {
    for await (const line of createInterface({ input: child.stdout })) answers.push(decodeAnswer(JSON.parse(line)))
  })()
  for (const one of cases) {
    const line = `${JSON.stringify(encodeCase(one, answers.length))}\n`
    if (!child.stdin.write(line)) await new Promise((resolve) => child.stdin.once('drain', resolve))
  }
  child.stdin.end()
  await done
  if (answers.length !== cases.length) throw new Error(`oracle gave ${answers.length} answers to ${cases.length} cases`)
  return answers
}

function encodeCase(one, id) {
  const files = one.files.map(([name, text]) => [name, bytesOf(text).toString('base64')])
  return { id, files, data: one.data ?? null, missingkey: one.missingkey ?? '', functions: one.functions ?? '' }
}

/** A text in UTF-8; a lone surrogate U+DC80 to U+DCFF is a byte that is none, as in our strings. */
function bytesOf(text) {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8')
  const parts = [...text].map((char) =>
    char.isWellFormed() ? Buffer.from(char, 'utf8') : Buffer.of(char.charCodeAt(0) - 0xdc00),
  )
  return Buffer.concat(parts)
}

function decodeAnswer({ output, error, tree, told }) {
  const printed = {
    ...(tree === undefined ? {} : { tree: latin(tree) }),
    ...(told === undefined ? {} : { told: latin(told) }),
  }
  return error === undefined ? { output: latin(output), ...printed } : { error: latin(error), ...printed }
}

/** Bytes as a string of chars 0-255: compares exactly, whatever they are. */
function latin(base64) {
  return Buffer.from(base64 ?? '', 'base64').toString('latin1')
}

/** Builds the program of `oracle/` into a temporary folder; needs Go. */
export function buildOracle() {
  const target = join(mkdtempSync(join(tmpdir(), 'gotemplate-oracle-')), 'oracle')
  const cwd = fileURLToPath(new URL('../oracle', import.meta.url))
  execFileSync('go', ['build', '-o', target, '.'], { cwd, stdio: 'inherit' })
  return target
}
