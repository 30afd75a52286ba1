import { buildSync } from 'esbuild'
import { lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Bundles the package from its sources, so that what is compared is what is in the work tree. */
export async function loadPackage() {
  return bundled('../../packages/kustomize/src/index.ts')
}

/** The renderer of charts that the command uses. */
export async function loadChartRenderer() {
  const { chartRenderer } = await bundled('../../packages/cli/src/kustomize/chart-renderer.ts')
  return chartRenderer({ kubeVersion: undefined, apiVersions: [] })
}

async function bundled(source) {
  const outfile = join(mkdtempSync(join(tmpdir(), 'kustomize-ours-')), 'ours.mjs')
  const entry = fileURLToPath(new URL(source, import.meta.url))
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }
  const options = { bundle: true, platform: 'node', format: 'esm', conditions: ['source'], logLevel: 'error', banner }
  buildSync({ entryPoints: [entry], outfile, ...options })
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
