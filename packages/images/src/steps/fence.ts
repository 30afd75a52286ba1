import { mkdir, rmdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { kindAt } from '../host-files.ts'
import { ownModulesHook } from '../hook/own-modules.ts'
import { endPackageScope, isInPackage, outerModules } from '../hook/outer.ts'
import { resolveInside } from '../inside.ts'
import type { StepPlace } from '../state.ts'

type Variables = Readonly<Record<string, string>>

/** The variables of a RUN line with what keeps its Node programs to the modules of the stage: those above the build's folder belong to somebody else. */
export async function fenced({ build, state }: StepPlace, env: Variables): Promise<Variables> {
  const { NODE_OPTIONS: options, NODE_PATH: paths } = env
  const own = paths === undefined ? {} : { NODE_PATH: foldersIn(state.root, paths) }
  await endPackageScope(build.directory)
  if (outerModules(build.directory).length === 0) return { ...env, ...own }
  const hook = join(build.directory, 'own-modules.cjs')
  await writeFile(hook, `'use strict'\n${ownModulesHook(build.directory)}`, { mode: 0o600 })
  const require = `--require ${JSON.stringify(hook)}`
  return { ...env, ...own, NODE_OPTIONS: options === undefined ? require : `${require} ${options}` }
}

function foldersIn(root: string, paths: string): string {
  const folders = paths.split(delimiter)
  return folders.map((folder) => (folder.startsWith('/') ? resolveInside(root, folder) : folder)).join(delimiter)
}

/**
 * Runs npm in a folder of the stage. It works on the nearest folder that has a package.json or node_modules, and where the stage has none, that is one of the user's: an
 * empty node_modules says that it is this one, as it is where there is nothing above.
 */
export async function atHome<T>({ build, state }: StepPlace, cwd: string, run: () => Promise<T>): Promise<T> {
  const isTempted = isInPackage(build.directory) || outerModules(build.directory).length > 0
  if (!isTempted || hasPackage(cwd, state.root)) return run()
  const sign = join(cwd, 'node_modules')
  await mkdir(sign)
  try {
    return await run()
  } finally {
    // It stays when npm has put something there.
    await rmdir(sign).catch(() => undefined)
  }
}

function hasPackage(folder: string, root: string): boolean {
  if (['package.json', 'node_modules'].some((name) => kindAt(join(folder, name)) !== undefined)) return true
  return folder !== root && folder !== dirname(folder) && hasPackage(dirname(folder), root)
}
