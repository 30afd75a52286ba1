import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildOurs, diskTree } from './ours.mjs'

/** The directories of real-trees.txt below a directory of checkouts. */
export function namedTrees(checkouts) {
  const lines = readFileSync(new URL('real-trees.txt', import.meta.url), 'utf8').split('\n')
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [repository, , directory] = line.split(' ')
      return join(checkouts, repository.replace('/', '+'), directory)
    })
}

/** The files that a build on disk reads as a tree in memory, as random ones are. */
export function treeInMemory(library, directory) {
  const built = buildOurs(library, diskTree(), resolve(directory))
  const files = built.ok ? built.result.files : []
  // The library's file system in memory takes plain names only.
  const plain = (path) => path.replaceAll('+', '-')
  const texts = Object.fromEntries(files.map((path) => [plain(path), readFileSync(`/${path}`, 'utf8')]))
  const usesMetadata = Object.values(texts).some((text) => text.includes('buildMetadata'))
  return {
    files: texts,
    target: plain(resolve(directory).slice(1)),
    used: usesMetadata ? ['buildMetadata'] : ['openapi'],
  }
}

const NAMES = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])

/** Every directory with a kustomization below a directory, itself included. */
export function kustomizationsBelow(directory) {
  const entries = readdirSync(directory, { withFileTypes: true })
  const own = entries.some((each) => NAMES.has(each.name)) ? [directory] : []
  const below = entries.filter((each) => each.isDirectory() && each.name !== '.git')
  return [...own, ...below.flatMap((each) => kustomizationsBelow(join(directory, each.name)))]
}
