import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { temporaryDirectory } from '@slipway/testkit'
import { type BuildOptions, build } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const sample = /```js\n([\s\S]+?)```/.exec(readFileSync(join(root, 'docs/helm.md'), 'utf8'))?.[1] ?? ''

async function bundle(options: BuildOptions): Promise<string> {
  const all: BuildOptions = { bundle: true, write: false, conditions: ['source'], logLevel: 'error', ...options }
  const { outputFiles } = await build(all)
  return outputFiles?.[0]?.text ?? ''
}

test('the sample has ten lines', () => {
  expect(sample.trimEnd().split('\n')).toHaveLength(10)
})

test('the sample runs in a browser: nothing of node is imported', async () => {
  const stdin = { contents: sample, resolveDir: root }
  const text = await bundle({ stdin, platform: 'browser', format: 'iife' })
  expect(text).not.toMatch(/["']node:|\brequire\(/)
  const lines: unknown[] = []
  // What browsers have and the language does not.
  const { TextEncoder, TextDecoder, URL, atob, setTimeout } = globalThis
  const log = (...args: unknown[]): number => lines.push(...args)
  runInNewContext(text, { TextEncoder, TextDecoder, URL, atob, setTimeout, console: { log } })
  expect(lines).toMatchObject([
    { kind: 'Deployment', spec: { replicas: 3 } },
    [
      { kind: 'template', at: { file: 'templates/web.yaml', start: { line: 4, column: 16 } } },
      {
        kind: 'values',
        at: { file: 'production.yaml', start: { line: 1, column: 11 } },
        overrode: [{ at: { file: 'values.yaml', start: { line: 1, column: 11 } } }],
      },
    ],
  ])
})

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
}

// The package and what it says that it depends on, and nothing else, as an installation would put them.
async function install(name: string, into: string): Promise<void> {
  const own = name.startsWith('@slipway/')
  const from = own ? join(root, 'packages', name.slice('@slipway/'.length)) : join(root, 'node_modules', name)
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Manifest
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
  for (const each of Object.keys(manifest.dependencies ?? {})) await install(each, into)
}

test('the sample runs where only the package and its dependencies are installed', async () => {
  const directory = await temporaryDirectory()
  await install('@slipway/chart', directory)
  writeFileSync(join(directory, 'sample.mjs'), sample)
  const out = execFileSync(process.execPath, ['sample.mjs'], { cwd: directory, encoding: 'utf8' })
  expect(out).toContain('spec: { replicas: 3 }')
  expect(out).toContain("subject: '.Values.replicas'")
})
