import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { temporaryDirectory } from '@slipway/testkit'
import { type BuildOptions, build } from 'esbuild'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The first JavaScript of a page in `docs/`. */
export function sampleOf(page: string): string {
  return /```js\n([\s\S]+?)```/.exec(readFileSync(join(root, 'docs', page), 'utf8'))?.[1] ?? ''
}

async function bundle(options: BuildOptions): Promise<string> {
  const all: BuildOptions = { bundle: true, write: false, conditions: ['source'], logLevel: 'error', ...options }
  const { outputFiles } = await build(all)
  return outputFiles?.[0]?.text ?? ''
}

/** A sample as one file for browsers. */
export function browserBundle(sample: string): Promise<string> {
  return bundle({ stdin: { contents: sample, resolveDir: root }, platform: 'browser', format: 'iife' })
}

/** What a bundle logs where there is what browsers have, and nothing of node. */
export function runInBrowser(text: string): unknown[] {
  const lines: unknown[] = []
  const { TextEncoder, TextDecoder, URL, atob, btoa, setTimeout } = globalThis
  const log = (...args: unknown[]): number => lines.push(...args)
  runInNewContext(text, { TextEncoder, TextDecoder, URL, atob, btoa, setTimeout, console: { log } })
  return lines
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
}

// The package and what it says that it depends on, and nothing else, as an installation would put them.
async function install(name: string, into: string): Promise<void> {
  const own = name.startsWith('@slipway/')
  const from = own ? join(root, 'packages', name.slice('@slipway/'.length)) : join(root, 'node_modules', name)
  const target = join(into, 'node_modules', name)
  if (existsSync(target)) return
  mkdirSync(target, { recursive: true })
  if (own) {
    const entryPoints = [join(from, 'src/index.ts')]
    const text = await bundle({ entryPoints, platform: 'node', format: 'esm', packages: 'external' })
    cpSync(join(from, 'package.json'), join(target, 'package.json'))
    mkdirSync(join(target, 'dist'), { recursive: true })
    writeFileSync(join(target, 'dist/index.js'), text)
  } else cpSync(from, target, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Manifest
  for (const each of Object.keys(manifest.dependencies ?? {})) await install(each, into)
}

/** What a sample prints in a directory where only the package is installed. */
export async function runInstalled(name: string, sample: string): Promise<string> {
  const directory = await temporaryDirectory()
  await install(name, directory)
  writeFileSync(join(directory, 'sample.mjs'), sample)
  return execFileSync(process.execPath, ['sample.mjs'], { cwd: directory, encoding: 'utf8' })
}
