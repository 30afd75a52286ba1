import { spawn } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The names of tests of one class (`A`, `B`, `?`) in the list. */
export function testsOf(text, kind) {
  return text.split('\n').flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(2)] : []))
}

/** Runs tests by name with the official binary; gives each test's outcome and, where it failed, the message. */
export async function runTests({ binary, kubectl, kubeconfig, names, folder }) {
  const focus = `(${names.map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|')})`
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--kubectl-path=${kubectl}`,
    '--provider=skeleton',
    '--allowed-not-ready-nodes=-1',
    '--ginkgo.no-color',
    '--ginkgo.v',
    '--ginkgo.timeout=80m',
    `--ginkgo.focus=${focus}`,
    `--report-dir=${folder}`,
  ]
  const child = spawn(binary, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const log = createWriteStream(join(folder, 'e2e.log'))
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  await new Promise((resolve) => child.on('close', resolve))
  return outcomes(readFileSync(join(folder, 'junit_01.xml'), 'utf8'), names)
}

function outcomes(xml, names) {
  const cases = new Map()
  for (const found of xml.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const name = unescape(found[1] ?? '').replace(/^\[It\] /, '')
    const failure = /<(?:failure|error) message="([^"]*)"/.exec(found[2] ?? '')?.[1]
    const skipped = /<skipped/.test(found[2] ?? '')
    cases.set(name.trim(), {
      ok: failure === undefined && !skipped,
      message: unescape(failure ?? (skipped ? 'skipped' : '')),
    })
  }
  return names.map((name) => ({ name, ...(find(cases, name) ?? { ok: false, message: 'did not run' }) }))
}

// Ginkgo puts a test's labels behind its name.
function find(cases, name) {
  for (const [key, value] of cases) if (key === name || key.startsWith(`${name} [`)) return value
  return undefined
}

function unescape(text) {
  const known = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text
    .replace(/&#x([0-9A-Fa-f]+);/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => known[name])
}
