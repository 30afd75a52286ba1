// Checks dead entries against the real tool: each is put out of action, which must change nothing: node conformance/kustomize/dead.mjs [trees] [seed],
// or --named CHECKOUTS for the trees of real-trees.txt. In each tree a dead entry of one kind is planted, too, which must be found.
import { memoryTree } from './memory.mjs'
import { buildOracle, startOracle } from './oracle.mjs'
import { buildOurs, loadPackage } from './ours.mjs'
import { PLANTS } from './plants.mjs'
import { randomTree } from './random/tree.mjs'
import { namedTrees, treeInMemory } from './real-trees.mjs'

const [first = '500', second = '1'] = process.argv.slice(2)
const named = first === '--named' ? namedTrees(second) : []
const trees = first === '--named' ? named.length : Number(first)
const seed = first === '--named' ? 0 : Number(second)
const library = await loadPackage()
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
const counts = { reported: 0, wrong: 0, skipped: 0, planted: 0, found: 0 }
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
  namePrefix: '""',
  nameSuffix: '""',
}

for (let number = seed; number < seed + trees; number++) {
  const tree = first === '--named' ? treeInMemory(library, named[number]) : randomTree(number)
  await judge(tree, number)
  await plant(tree, number)
}
oracle.stop()
console.log(JSON.stringify({ ...counts, bySubject }))
process.exitCode = counts.wrong === 0 && counts.found >= 0.95 * counts.planted ? 0 : 1

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
  const before = await ask(tree)
  const after = await ask({ ...tree, files: { ...tree.files, [range.file]: changed } })
  if (after.error !== undefined || before.error !== undefined) return void counts.skipped++
  counts.reported++
  bySubject[subject] = (bySubject[subject] ?? 0) + 1
  if (before.text === after.text) return
  counts.wrong++
  console.log(`wrong: seed ${number} ${subject} (${reason}) ${range.file}:${range.start.line}:${range.start.column}`)
}

function ask({ files, target, used }) {
  return oracle.ask({ files, target, fresh: used.includes('openapi') })
}

// Counts only where the real tool says that the entry is dead: with it and without it the objects are the same.
async function plant(tree, number) {
  const kinds = Object.keys(PLANTS)
  const kind = kinds[number % kinds.length]
  const planted = PLANTS[kind](tree)
  if (planted === undefined || tree.used.includes('buildMetadata')) return
  const [withIt, without] = [await ask(planted.tree), await ask(planted.without)]
  if (withIt.error !== undefined || withIt.text !== without.text) return
  const ours = buildOurs(library, memoryTree(planted.tree.files), planted.tree.target)
  if (!ours.ok) return
  counts.planted++
  const isIt = ({ range }) => range?.file === planted.at.file && range.start.line === planted.at.line
  const unread = library.unreadFiles(memoryTree(planted.tree.files), '', [ours.result])
  if (ours.result.dead.some(isIt) || (planted.at.line === undefined && unread.includes(planted.at.file))) counts.found++
  else console.log(`not found: ${number} ${kind} ${planted.at.file}:${planted.at.line}`)
}
