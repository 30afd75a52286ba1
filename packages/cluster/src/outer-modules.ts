import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * The `node_modules` folders above a cluster's folder. Node looks for a module in every folder above a program's own, and a pod's files lie in the cluster's folder: a
 * program that lacks a module would find it there, which in a container it would not.
 */
export async function outerModules(directory: string): Promise<readonly string[]> {
  const candidates = foldersAbove(directory).map((folder) => join(folder, 'node_modules'))
  const found = await Promise.all(candidates.map((path) => stat(path).catch(() => undefined)))
  return candidates.filter((_, at) => found[at]?.isDirectory() === true)
}

/** What to say of such a folder. */
export function outerModulesWarning(path: string): string {
  return (
    `${path} lies above the files of pods: a program that lacks a module finds it there, and would not in a container; ` +
    `set XDG_STATE_HOME to a folder that is not below ${dirname(path)}`
  )
}

function foldersAbove(directory: string): string[] {
  const above = dirname(directory)
  return above === directory ? [] : [above, ...foldersAbove(above)]
}
