import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { memoryTree } from '@slipway/diag'
import { buildImage, endPackageScope, ImageError, outerModules, ownModulesHook } from '@slipway/images'
import { temporaryDirectory } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'

const run = promisify(execFile)
const MODULE = `module.exports = 'found'`

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

/** A home with modules and a package.json of its owner, and deep in it a folder of programs; `app` is one of them. */
async function home(
  files: Readonly<Record<string, string>>,
): Promise<{ home: string; directory: string; app: string }> {
  const folder = await temporaryDirectory()
  const directory = join(folder, 'state', 'pods')
  await write(folder, {
    'package.json': '{ "name": "of-home", "type": "module", "exports": "./of-home.cjs" }',
    'of-home.cjs': MODULE,
    'node_modules/outer/index.js': MODULE,
    'node_modules/outer/package.json': '{ "exports": { ".": "./index.js" } }',
    'node_modules/@scope/outer/index.js': MODULE,
    'elsewhere/linked/index.js': MODULE,
    'node_modules/tool/cli.js': `console.log('found')`,
    'state/pods/web/app/node_modules/own/index.js': MODULE,
    'state/pods/web/node_modules/top/index.js': MODULE,
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`state/pods/web/app/${name}`, text])),
  })
  await symlink('../elsewhere/linked', join(folder, 'node_modules/linked'))
  return { home: folder, directory, app: join(directory, 'web/app') }
}

/** Runs node in a folder, with the script that is to keep it from what lies above `directory`; what it wrote, as JSON. */
async function node(directory: string, cwd: string, args: readonly string[], env: object = {}): Promise<unknown> {
  const hook = join(directory, 'hook.cjs')
  await writeFile(hook, `'use strict'\n${ownModulesHook(directory)}`)
  await endPackageScope(directory)
  const { stdout } = await run(process.execPath, ['--no-warnings', ...args], {
    cwd,
    env: { PATH: process.env['PATH'], NODE_OPTIONS: `--require ${JSON.stringify(hook)}`, ...env },
  })
  return JSON.parse(stdout) as unknown
}

const REQUIRES = `
const { createRequire } = require('node:module')
const tried = (run) => { try { return run() } catch ({ code, message }) { return code + ' ' + message.split('\\n')[0] } }
console.log(JSON.stringify({
  own: tried(() => require('own') + require('top') + typeof require('fs')),
  all: ['outer', '@scope/outer', 'linked', 'of-home', '#dep'].map((name) => tried(() => require(name))),
  resolve: tried(() => require.resolve('outer')),
  from: tried(() => require.resolve('outer', { paths: [__dirname] })),
  made: tried(() => createRequire(__filename)('outer')),
  paths: require.resolve.paths('outer').filter((path) => !path.startsWith(process.cwd().slice(0, -4))),
  seen: module.paths.length,
}))`

const IMPORTS = `
import own from 'own'
import top from 'top'
import linked from './packages.mjs'
const tried = (import_) => import_.then((found) => found.default, ({ code, message }) => code + ' ' + message)
let resolved
try { resolved = import.meta.resolve('outer') } catch ({ code }) { resolved = code }
const names = ['outer', '@scope/outer/index.js', 'outer/not-exported', 'linked', 'of-home', 'of-nobody', './static.mjs']
console.log(JSON.stringify({ own: own + top + linked, all: await Promise.all(names.map((name) => tried(import(name)))), resolved }))`

describe('a program below a folder with modules', () => {
  test('requires its own, and nothing that lies above', async () => {
    const { directory, app } = await home({ 'main.js': REQUIRES, 'package.json': '{ "imports": { "#dep": "outer" } }' })
    const missing = (name: string): string => `MODULE_NOT_FOUND Cannot find module '${name}'`
    expect(await node(directory, app, ['main.js'])).toEqual({
      own: 'foundfoundobject',
      all: ['outer', '@scope/outer', 'linked', 'of-home', '#dep'].map(missing),
      resolve: missing('outer'),
      from: missing('outer'),
      made: missing('outer'),
      paths: [],
      seen: 2,
    })
  })

  test('imports its own, and nothing that lies above, in the words of Node', async () => {
    const { directory, app } = await home({
      'main.mjs': IMPORTS,
      'static.mjs': `import outer from 'outer'; export default outer`,
      'packages.mjs': `import linked from 'workspace'; export default linked`,
      'packages/workspace/index.js': MODULE,
    })
    await symlink('../packages/workspace', join(app, 'node_modules/workspace'))
    const missing = (name: string, from = 'main.mjs'): string =>
      `ERR_MODULE_NOT_FOUND Cannot find package '${name}' imported from ${join(app, from)}`
    const names = ['outer', '@scope/outer', 'outer', 'linked', 'of-home', 'of-nobody'].map((name) => missing(name))
    expect(await node(directory, app, ['main.mjs'])).toEqual({
      own: 'foundfoundfound',
      all: [...names, missing('outer', 'static.mjs')],
      resolved: 'ERR_MODULE_NOT_FOUND',
    })
  })

  test('whatever its folder is called, in threads and children, and by the folders of NODE_PATH and HOME', async () => {
    const text = `
const { Worker, isMainThread, parentPort } = require('node:worker_threads')
const { execFileSync } = require('node:child_process')
const look = async () => {
  const found = []
  for (const name of ['own', 'outer', 'in-path', 'in-home']) {
    try { found.push(require(name)) } catch ({ code }) { found.push(code) }
    await import(name).then(() => found.push('found'), ({ code }) => found.push(code))
  }
  return found
}
look().then((found) => {
  if (!isMainThread) return parentPort.postMessage(found)
  if (process.argv[2] === 'child') return console.log(JSON.stringify(found))
  const child = JSON.parse(execFileSync(process.execPath, [__filename, 'child']))
  new Worker(__filename).once('message', (thread) => console.log(JSON.stringify([found, child, thread])))
})`
    const { home: folder, directory } = await home({ 'main.js': text })
    await write(folder, { 'path/in-path/index.js': MODULE, '.node_modules/in-home/index.js': MODULE })
    await symlink(folder, join(folder, 'link'))
    const env = { NODE_PATH: join(folder, 'path'), HOME: folder }
    const linked = join(folder, 'link', 'state', 'pods')
    const gone = ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND']
    const seen = ['found', 'found', ...gone, ...gone, ...gone]
    for (const flags of [[], ['--preserve-symlinks', '--preserve-symlinks-main']]) {
      const args = [...flags, join(linked, 'web/app/main.js')]
      expect(await node(linked, join(linked, 'web/app'), args, env)).toEqual([seen, seen, seen])
    }
    expect(outerModules(directory)).toContain(join(folder, 'node_modules'))
    expect(outerModules(linked)).toEqual(
      expect.arrayContaining([join(folder, 'node_modules'), join(folder, 'link/node_modules')]),
    )
  })

  test('is of no kind that a package.json above says, and is no program from above', async () => {
    const { home: folder, directory, app } = await home({ 'main.js': `console.log(JSON.stringify(typeof require))` })
    expect(await node(directory, app, ['main.js'])).toBe('function')
    await expect(node(directory, app, [join(folder, 'node_modules/tool/cli.js')])).rejects.toThrow(
      /Cannot find module '.*node_modules\/tool\/cli\.js'/,
    )
  })

  test('a program that lies elsewhere finds what it has', async () => {
    const { home: folder, directory } = await home({})
    await write(folder, { 'tools/main.mjs': `import outer from 'outer'; console.log(JSON.stringify(outer))` })
    expect(await node(directory, join(folder, 'tools'), ['main.mjs'])).toBe('found')
  })
})

describe('a RUN line below a folder with modules', () => {
  const build = async (files: Readonly<Record<string, string>>, cache: string): Promise<string> => {
    const lines: string[] = []
    const request = { context: memoryTree(files), dockerfile: 'Dockerfile', log: (line: string) => lines.push(line) }
    await buildImage({ ...request, cacheDirectory: cache, hostNode: { version: process.version } }).catch((error) => {
      if (!(error instanceof ImageError)) throw error
      lines.push(error.message)
    })
    return lines.join('\n')
  }

  test('finds the modules of its stage and no other', async () => {
    const { home: folder } = await home({})
    const files = {
      Dockerfile:
        'FROM node:24\nWORKDIR /app\nENV NODE_PATH=/lib\nCOPY . ./\nCOPY own /lib/own\nRUN node own.js\nRUN node outer.js\n',
      'own/index.js': MODULE,
      'own.js': `console.log(require('own'))`,
      'outer.js': `require('outer')`,
    }
    const output = await build(files, join(folder, 'cache'))
    expect(output).toContain('\nfound\n')
    expect(output).toContain(`Cannot find module 'outer'`)
  })

  test('npm works on the stage, and not on a package above', async () => {
    const { home: folder } = await home({})
    const before = await readFile(join(folder, 'package.json'), 'utf8')
    const files = {
      Dockerfile:
        'FROM node:24\nWORKDIR /app\nCOPY lib /lib\nRUN npm install --offline /lib\nRUN node -e "console.log(require(\'lib\'), process.cwd().slice(-4))"\n',
      'lib/package.json': '{ "name": "lib", "version": "1.0.0" }',
      'lib/index.js': MODULE,
    }
    const output = await build(files, join(folder, 'cache'))
    expect(output).toMatch(/^found \/app$/m)
    expect(await readFile(join(folder, 'package.json'), 'utf8')).toBe(before)
    expect((await readdir(join(folder, 'node_modules'))).sort()).toEqual(['@scope', 'linked', 'outer', 'tool'])
  })
})
