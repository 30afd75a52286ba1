import { buildSync } from 'esbuild'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Our renderer, from its sources; another entry may be named. */
export async function loadOurs(entry = 'entry.mjs') {
  const folder = mkdtempSync(join(tmpdir(), 'helm-ours-'))
  const outfile = join(folder, 'ours.mjs')
  buildSync({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    logLevel: 'error',
    // Fields without a value are left out, so that coverage.mjs can put accessors in their place.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
  })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
