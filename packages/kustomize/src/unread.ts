import type { SourceTree } from '@slipway/diag'
import type { BuildResult } from './result.ts'
import { joinPath } from './load/loader.ts'

const NAMES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/**
 * YAML and JSON files that lie in a directory with a kustomization, below `directory`, and that none of the builds read. Give the builds of all
 * kustomizations there: a file that only another overlay reads is not dead.
 */
export function unreadFiles(tree: SourceTree, directory: string, builds: readonly BuildResult[]): readonly string[] {
  const read = new Set(builds.flatMap(({ files }) => files))
  return candidates(tree, directory).filter((path) => !read.has(path))
}

function candidates(tree: SourceTree, directory: string): string[] {
  const entries = tree.list(directory)
  const isRoot = entries.some(({ name, kind }) => kind === 'file' && NAMES.includes(name))
  return entries.flatMap(({ name, kind }) => {
    const path = joinPath(directory, name)
    if (kind === 'directory') return name.startsWith('.') ? [] : candidates(tree, path)
    return isRoot && kind === 'file' && /\.(?:ya?ml|json)$/.test(name) ? [path] : []
  })
}
