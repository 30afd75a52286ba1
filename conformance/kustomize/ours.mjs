import { buildSync } from 'esbuild'
import { lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Bundles the package from its sources, so that what is compared is what is in the work tree. */
export async function loadPackage() {
  const outfile = join(mkdtempSync(join(tmpdir(), 'kustomize-ours-')), 'kustomize.mjs')
  const entry = fileURLToPath(new URL('../../packages/kustomize/src/index.ts', import.meta.url))
  buildSync({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    outfile,
    logLevel: 'error',
  })
  return import(outfile)
}

/** The whole disk as a source tree. */
export function diskTree() {
  const quietly = (run) => {
    try {
      return run()
    } catch {
      return undefined
    }
  }
  const kindOf = (stat) => (stat.isSymbolicLink() ? 'symlink' : stat.isDirectory() ? 'directory' : 'file')
  return {
    label: '/',
    stat: (path) => {
      const stat = lstatSync(`/${path}`, { throwIfNoEntry: false })
      return stat === undefined ? undefined : kindOf(stat)
    },
    read: (path) => quietly(() => readFileSync(`/${path}`)),
    list: (path) =>
      (quietly(() => readdirSync(`/${path}`, { withFileTypes: true })) ?? []).map((each) => ({
        name: each.name,
        kind: kindOf(each),
      })),
    readlink: (path) => quietly(() => readlinkSync(`/${path}`)),
  }
}

/** Builds a directory with ours: its text, or the error. */
export function buildOurs(library, tree, directory, options = {}) {
  try {
    const result = library.buildKustomization(tree, directory.replace(/^\//, ''), { prefix: '/', ...options })
    return { ok: true, text: library.renderObjects(result.objects), result }
  } catch (error) {
    return { ok: false, message: error.message, code: error.code, error }
  }
}
