import { buildSync } from 'esbuild'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Our engine, from its sources, with the functions of sprig: the file, and what imports it. */
export function bundleOurs() {
  const outfile = join(mkdtempSync(join(tmpdir(), 'gotemplate-ours-')), 'ours.mjs')
  buildSync({
    entryPoints: [fileURLToPath(new URL('entry.mjs', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    sourcemap: true,
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
  })
  return { file: outfile, load: () => import(pathToFileURL(outfile).href) }
}
