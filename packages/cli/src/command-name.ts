import { accessSync, constants } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { Io } from './io.ts'

/**
 * How `slipway` is called here: by its name where it is on the PATH, by npx below a folder whose dependency it is (as in the demo of `npm start`), else by the
 * script that runs now. For commands that are printed to be typed.
 */
export function commandName({ env, cwd }: Pick<Io, 'env' | 'cwd'>, script = process.argv[1] ?? 'slipway'): string {
  const onPath = (env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && !isOfNpm(folder) && isRunnable(join(folder, 'slipway')))
  if (onPath) return 'slipway'
  return foldersAbove(cwd).some((folder) => isRunnable(join(folder, 'node_modules/.bin/slipway')))
    ? 'npx slipway'
    : `node ${/[^\w./-]/.test(script) ? `'${script.replaceAll("'", `'\\''`)}'` : script}`
}

// What npm puts on the PATH of its scripts is not on that of the terminal.
function isOfNpm(folder: string): boolean {
  return /[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder)
}

/** True for a program that this user may run. */
export function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function foldersAbove(folder: string): string[] {
  const above = dirname(folder)
  return above === folder ? [folder] : [folder, ...foldersAbove(above)]
}
