import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

const SKIPPED = new Set(['node_modules', 'dist', 'generated', 'testdata', 'golden', 'recorded', '.cache'])

/** All files below a folder whose name ends so, as paths from the root. */
export function filesBelow(folder, ending) {
  const path = join(ROOT, folder)
  if (!existsSync(path)) return []
  return readdirSync(path)
    .filter((name) => !SKIPPED.has(name))
    .flatMap((name) => {
      const inner = join(folder, name)
      if (statSync(join(ROOT, inner)).isDirectory()) return filesBelow(inner, ending)
      return name.endsWith(ending) ? [inner] : []
    })
}

/** The packages that have source, by folder name. */
export function packages() {
  return readdirSync(join(ROOT, 'packages')).filter((name) => existsSync(join(ROOT, 'packages', name, 'src')))
}

/** A file's text. */
export function read(path) {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** Prints the faults of a check and ends with exit code 1 when there are any. */
export function report(check, faults, summary) {
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.stdout.write(`${check}: ${faults.length === 0 ? summary : `${faults.length} faults`}\n`)
  process.exitCode = faults.length === 0 ? 0 : 1
}

/** A path as shown in messages. */
export const shown = (path) => relative(ROOT, join(ROOT, path))
