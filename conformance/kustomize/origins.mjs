// Checks origins against the real tool: changes one place of a random tree at a time, builds it again with kustomize's library, and compares what changed
// with what ours says comes from that place: node conformance/kustomize/origins.mjs [trees] [seed], or DIRECTORY..., or --named CHECKOUTS for the trees
// of real-trees.txt, each repository checked out as CHECKOUTS/owner+name.
import { existsSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { memoryTree } from './memory.mjs'
import { buildOracle, startOracle } from './oracle.mjs'
import { buildOurs, loadPackage } from './ours.mjs'
import { chanceFrom } from './random/chance.mjs'
import { randomTree } from './random/tree.mjs'
import { namedTrees, treeInMemory } from './real-trees.mjs'

const given = process.argv.slice(2)
const directories =
  given[0] === '--named' ? namedTrees(given[1]) : given.filter((each) => existsSync(each) && !/^\d+$/.test(each))
const trees = directories.length > 0 ? directories.length : Number(process.argv[2] ?? 100)
const seed = directories.length > 0 ? 0 : Number(process.argv[3] ?? 1)
const PLACES = 10
const library = await loadPackage()
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
const counts = { places: 0, changed: 0, found: 0, claimed: 0, wrong: 0, skipped: 0, unbuilt: 0 }
const shown = []
for (let at = 0; at < trees; at++) await judge(seed + at)
oracle.stop()
console.log(JSON.stringify({ ...counts, recall: counts.found / counts.changed }))
for (const each of shown.slice(0, Number(process.env.SHOW ?? 20))) console.log(each)

async function judge(number) {
  const tree = directories.length > 0 ? treeInMemory(library, directories[number]) : randomTree(number)
  if (tree.used.includes('buildMetadata')) return
  const ours = buildOurs(library, memoryTree(tree.files), tree.target, { reorder: 'none' })
  const before = await realScalars(tree)
  if (!ours.ok || before === undefined) return void counts.unbuilt++
  const claims = claimsOf(ours.result)
  const chance = chanceFrom(number)
  // Changing a resource's own text tells little: the places of entries, patches and generators do.
  const keys = [...claims.keys()].filter((key) => claims.get(key).made)
  for (const key of chance.some(chance.shuffle(keys), PLACES))
    await mutate(tree, { key, claim: claims.get(key), before, number })
}

async function realScalars(tree) {
  const { text, error } = await oracle.ask({
    files: tree.files,
    target: tree.target,
    reorder: 'none',
    fresh: tree.used.includes('openapi'),
  })
  return error === undefined ? scalarsOf(parseAllDocuments(text).map((each) => each.toJS())) : undefined
}

function scalarsOf(value, path = '', into = new Map()) {
  if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) scalarsOf(each, `${path}/${key}`, into)
  else into.set(path, String(value))
  return into
}

// Each place with the paths that have it anywhere in their origins, and those that have it as the latest.
function claimsOf(result) {
  const claims = new Map()
  for (const [at, object] of result.objects.entries()) {
    for (const path of pathsOf(object.value)) {
      const origins = object.origins.of(path)
      const text = `/${at}/${path.join('/')}`
      for (const [index, origin] of origins.entries()) {
        for (const each of [origin, ...(origin.overrode ?? [])]) {
          if (each.at === undefined) continue
          const key = `${each.at.file}:${each.at.start.offset}:${each.at.end.offset}`
          const claim = claims.get(key) ?? { all: new Set(), latest: new Set(), range: each.at, made: false }
          claim.all.add(text)
          claim.made ||= each.kind !== 'resource'
          if (index === 0 && each === origin) claim.latest.add(text)
          claims.set(key, claim)
        }
      }
    }
  }
  return claims
}

function pathsOf(value, path = []) {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, each]) =>
    pathsOf(each, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}

async function mutate(tree, { claim, before, number }) {
  const { file, start, end } = claim.range
  const text = tree.files[file]
  const changed = changedText(text.slice(start.offset, end.offset))
  if (changed === undefined) return void counts.skipped++
  const files = { ...tree.files, [file]: text.slice(0, start.offset) + changed + text.slice(end.offset) }
  const after = await realScalars({ ...tree, files })
  if (after === undefined || [...after.keys()].join() !== [...before.keys()].join()) return void counts.skipped++
  const moved = new Set([...before.keys()].filter((path) => before.get(path) !== after.get(path)))
  counts.places++
  counts.changed += moved.size
  counts.claimed += claim.latest.size
  const missed = [...moved].filter((path) => !claim.all.has(path))
  const wrong = [...claim.latest].filter((path) => !moved.has(path))
  counts.found += moved.size - missed.length
  counts.wrong += wrong.length
  if (missed.length > 0)
    shown.push(
      `missed: seed ${number} ${file}:${start.line}:${start.column} ${text.slice(start.offset, end.offset)} -> ${changed}: ${missed.join(' ')}`,
    )
  if (wrong.length > 0)
    shown.push(
      `wrong: seed ${number} ${file}:${start.line}:${start.column} ${text.slice(start.offset, end.offset)} -> ${changed}: ${wrong.join(' ')}`,
    )
}

// Only words and whole numbers, so that the text stays the same kind of value; of an entry of several fields the one that gives the value.
function changedText(text) {
  const number = /^(['"]?)([1-9]\d*)\1$/.exec(text)
  if (number !== null) return `${number[1]}${number[2]}1${number[1]}`
  const word = /^(['"]?)([A-Za-z][A-Za-z0-9=._/:-]*)\1$/.exec(text)
  if (word !== null) return `${word[1]}${word[2]}q${word[1]}`
  const entry = /\b(newTag|newName|tagSuffix|sourceValue)['"]?: ['"]?[a-zA-Z][A-Za-z0-9._-]*/.exec(text)
  return entry === null
    ? undefined
    : `${text.slice(0, entry.index + entry[0].length)}q${text.slice(entry.index + entry[0].length)}`
}
