import { buildSync } from 'esbuild'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Our renderer, from its sources. */
export async function loadOurs() {
  const outfile = join(mkdtempSync(join(tmpdir(), 'helm-ours-')), 'ours.mjs')
  buildSync({
    entryPoints: [fileURLToPath(new URL('entry.mjs', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
  })
  return import(pathToFileURL(outfile).href)
}
