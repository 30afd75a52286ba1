// Bundles the command: one entry and its lazy parts in packages/cli/dist. Does nothing when no source is newer than the last build.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { starterFiles } from './demo.mjs'
import { filesBelow, packages, ROOT } from './lib.mjs'

const OUT = join(ROOT, 'packages/cli/dist/bundle')
const STARTER = join(ROOT, 'packages/cli/dist/starter')
const VARIANTS = join(ROOT, 'packages/cli/dist/variants')
const STAMP = join(OUT, '.sources')

/** A hash of everything that the bundle is made of. */
function sourcesHash() {
  const hash = createHash('sha256').update(process.version)
  const files = [
    ...packages().flatMap((name) => [
      ...filesBelow(`packages/${name}/src`, '.ts'),
      ...filesBelow(`packages/${name}/src`, '.json'),
    ]),
    ...starterFiles().map((file) => `starter/${file}`),
    ...filesBelow('packages/cli/variants', ''),
    'package-lock.json',
    'tools/build.mjs',
  ]
  for (const file of files.toSorted((a, b) => (a < b ? -1 : 1)))
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(ROOT, file)))
  return hash.digest('hex')
}

/** The drop-in commands, each as one script, and the code that V8 makes of them: see packages/cli/src/cached-script.ts. */
async function buildScripts(bundle) {
  await bundle({
    entryPoints: {
      helm: join(ROOT, 'packages/cli/src/scripts/helm.ts'),
      kustomize: join(ROOT, 'packages/cli/src/scripts/kustomize.ts'),
    },
    outdir: OUT,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    charset: 'ascii',
    // What is imported late stays in the script, too.
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'error',
  })
  const starter = join(ROOT, 'starter/deploy')
  const digest = `image.digest=sha256:${'0'.repeat(64)}`
  for (const args of [
    ['helm', 'template', 'shop', join(starter, 'chart'), '--set', digest],
    ['kustomize', 'build', join(starter, 'kustomize/overlays/production')],
  ])
    spawnSync(process.execPath, [join(OUT, 'slipway.mjs'), ...args], { stdio: 'ignore' })
}

/** Builds the bundle when it is missing or old; true when it did. */
export async function build() {
  const wanted = sourcesHash()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return false
  const { build: bundle } = await import('esbuild')
  rmSync(OUT, { recursive: true, force: true })
  mkdirSync(OUT, { recursive: true })
  await bundle({
    entryPoints: {
      slipway: join(ROOT, 'packages/cli/src/main.ts'),
      'render-thread': join(ROOT, 'packages/reconciler/src/render/thread.ts'),
    },
    outdir: OUT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'error',
    banner: {
      js: "import { createRequire as slipwayRequire } from 'node:module'; const require = slipwayRequire(import.meta.url);",
    },
  })
  await buildScripts(bundle)
  // For `slipway init`.
  rmSync(STARTER, { recursive: true, force: true })
  // npm leaves .gitignore out of packages; `init` gives it its name back.
  for (const file of starterFiles())
    cpSync(join(ROOT, 'starter', file), join(STARTER, file.replace(/\.gitignore$/, '_gitignore')))
  rmSync(VARIANTS, { recursive: true, force: true })
  cpSync(join(ROOT, 'packages/cli/variants'), VARIANTS, { recursive: true })
  writeFileSync(STAMP, wanted)
  return true
}

if (process.argv[1]?.endsWith('build.mjs')) {
  const built = await build()
  process.stdout.write(built ? 'built packages/cli/dist\n' : 'packages/cli/dist is up to date\n')
}
