import { existsSync, realpathSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The `node_modules` folders above a folder, by every name that it has: Node looks for a module in every folder above a program's own. */
export function outerModules(directory: string): readonly string[] {
  return above(directory)
    .map((folder) => join(folder, 'node_modules'))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
}

/** Whether there is a package.json above a folder. */
export function isInPackage(directory: string): boolean {
  return above(directory).some((folder) => existsSync(join(folder, 'package.json')))
}

/**
 * Keeps the programs below a folder from being part of somebody else's package: the nearest package.json says which kind of modules a program is of, and npm runs its
 * scripts. Where there is none above, nothing is written.
 */
export async function endPackageScope(directory: string): Promise<void> {
  if (isInPackage(directory)) await writeFile(join(directory, 'package.json'), '{}\n', { mode: 0o600 })
}

function above(directory: string): string[] {
  const names = new Set([directory, existsSync(directory) ? realpathSync(directory) : directory])
  return [...new Set([...names].flatMap(foldersAbove))]
}

function foldersAbove(directory: string): string[] {
  const folder = dirname(directory)
  return folder === directory ? [] : [folder, ...foldersAbove(folder)]
}
