// Checks dead entries against the real tool: each is put out of action, which must change nothing: node conformance/kustomize/dead.mjs [trees] [seed]
import { memoryTree } from './memory.mjs'
import { buildOracle, startOracle } from './oracle.mjs'
import { buildOurs, loadPackage } from './ours.mjs'
import { randomTree } from './random/tree.mjs'

const trees = Number(process.argv[2] ?? 500)
const seed = Number(process.argv[3] ?? 1)
const library = await loadPackage()
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
const counts = { reported: 0, wrong: 0, skipped: 0 }
const bySubject = {}

/** What does nothing, in the place of an entry of each kind. */
const HARMLESS = {
  images: '{name: zzz-none, newTag: x}',
  patches: `{target: {kind: ZzzNone}, patch: '[{"op": "remove", "path": "/x"}]'}`,
  patchesJson6902: `{target: {kind: ZzzNone, name: none}, patch: '[{"op": "remove", "path": "/x"}]'}`,
  replacements: '{sourceValue: x, targets: [{select: {kind: ZzzNone}}]}',
  labels: 'other',
  commonLabels: 'other',
  commonAnnotations: 'other',
}

for (let number = seed; number < seed + trees; number++) await judge(randomTree(number), number)
oracle.stop()
console.log(JSON.stringify({ ...counts, bySubject }))
process.exitCode = counts.wrong === 0 ? 0 : 1

async function judge(tree, number) {
  const ours = buildOurs(library, memoryTree(tree.files), tree.target)
  if (!ours.ok || tree.used.includes('buildMetadata')) return
  for (const { subject, reason, range } of ours.result.dead) {
    const harmless = HARMLESS[subject]
    const text = tree.files[range?.file]
    if (harmless === undefined || text === undefined) counts.skipped++
    else await check(tree, { number, subject, reason, range, changed: replaced(text, range, harmless) })
  }
}

function replaced(text, range, harmless) {
  const entry = text.slice(range.start.offset, range.end.offset)
  return text.slice(0, range.start.offset) + harmless + /\s*$/.exec(entry)[0] + text.slice(range.end.offset)
}

async function check(tree, { number, subject, reason, range, changed }) {
  const ask = (files) => oracle.ask({ files, target: tree.target, fresh: tree.used.includes('openapi') })
  const before = await ask(tree.files)
  const after = await ask({ ...tree.files, [range.file]: changed })
  if (after.error !== undefined || before.error !== undefined) return void counts.skipped++
  counts.reported++
  bySubject[subject] = (bySubject[subject] ?? 0) + 1
  if (before.text === after.text) return
  counts.wrong++
  console.log(`wrong: seed ${number} ${subject} (${reason}) ${range.file}:${range.start.line}:${range.start.column}`)
}
