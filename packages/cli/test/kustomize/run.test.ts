import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { runKustomize } from '../../src/kustomize/run.ts'

const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map\n'
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: space\n'
const PLAIN = { 'kustomization.yaml': 'resources: [all.yaml]\n', 'all.yaml': `${MAP}---\n${NAMESPACE}` }

async function directoryOf(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await temporaryDirectory()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  return directory
}

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function run(cwd: string, ...args: string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []]
  const io = {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    cwd,
    env: process.env,
    now: () => new Date(2026, 0, 2, 3, 4, 5),
  }
  const code = await runKustomize(args, io)
  return { code, out: out.join(''), err: err.join('') }
}

test('build prints the objects of the present directory', async () => {
  expect(await run(await directoryOf(PLAIN), 'build')).toEqual({ code: 0, out: `${NAMESPACE}---\n${MAP}`, err: '' })
})

test('--reorder none keeps the order and says that the flag is old', async () => {
  const { out, err } = await run(await directoryOf(PLAIN), 'build', '.', '--reorder=none')
  expect(out).toBe(`${MAP}---\n${NAMESPACE}`)
  expect(err).toBe(
    "Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead.\n",
  )
})

test('-o writes a file, or one file an object into a directory', async () => {
  const directory = await directoryOf(PLAIN)
  await run(directory, 'build', '-o', 'out.yaml')
  expect(readFileSync(join(directory, 'out.yaml'), 'utf8')).toBe(`${NAMESPACE}---\n${MAP}`)
  mkdirSync(join(directory, 'many'))
  expect(await run(directory, 'build', '--output', 'many')).toMatchObject({ out: '' })
  expect(readdirSync(join(directory, 'many')).sort()).toEqual(['v1_configmap_map.yaml', 'v1_namespace_space.yaml'])
})

test.each([
  [['build', 'gone'], "must build at directory: not a valid directory: evalsymlink failure on 'gone' : "],
  [['build', 'a', 'b'], 'specify one path to kustomization.yaml'],
  [['build', '--nope'], 'unknown flag: --nope'],
  [['build', '-x'], "unknown shorthand flag: 'x' in -x"],
  [['build', '-o'], "flag needs an argument: 'o' in -o"],
  [['build', '--reorder', 'up'], 'illegal flag value --reorder up; legal values: [legacy none]'],
  [
    ['build', '--load-restrictor', 'x'],
    'illegal flag value --load-restrictor x; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]',
  ],
  [['build', 'all.yaml'], "must build at directory: 'all.yaml': file is not directory"],
  [['build', '-o', 'none/out.yaml'], 'open none/out.yaml: no such file or directory'],
  [['build', '--load-restrictor', 'none'], 'illegal flag value --load-restrictor none'],
  [
    ['build', '--enable-helm=maybe'],
    'invalid argument "maybe" for "--enable-helm" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
  ],
  [['nope'], 'unknown command "nope" for "kustomize"'],
])('%j ends with 1 and an error', async (args, message) => {
  const { code, err } = await run(await directoryOf(PLAIN), ...args)
  expect(code).toBe(1)
  expect(err).toContain(`Error: ${message}`)
})

test('links out of the directory are refused unless restrictions are off', async () => {
  const directory = await directoryOf({ 'outside.yaml': MAP, 'in/kustomization.yaml': 'resources: [link.yaml]\n' })
  symlinkSync('../outside.yaml', join(directory, 'in/link.yaml'))
  expect(await run(directory, 'build', 'in')).toMatchObject({
    code: 1,
    err: expect.stringContaining('security; file') as string,
  })
  expect(await run(directory, 'build', 'in', '--load-restrictor', 'LoadRestrictionsNone')).toMatchObject({
    code: 0,
    out: MAP,
  })
})

test('logs have the time in front', async () => {
  const vars = 'vars:\n- name: V\n  objref: {apiVersion: v1, kind: ConfigMap, name: map}\n'
  const { err } = await run(
    await directoryOf({ ...PLAIN, 'kustomization.yaml': `${PLAIN['kustomization.yaml']}${vars}` }),
    'build',
  )
  expect(err).toContain('2026/01/02 03:04:05 well-defined vars that were never replaced: V\n')
})

test('functions run with both switches only', async () => {
  const config =
    'apiVersion: x/v1\nkind: Make\nmetadata:\n  name: m\n  annotations:\n    config.kubernetes.io/function: "exec: {path: ./make.sh}"\n'
  const directory = await directoryOf({
    'kustomization.yaml': 'generators: [config.yaml]\n',
    'config.yaml': config,
    'make.sh': `#!/bin/sh\ntouch ran\ncat <<EOF\n${MAP}EOF\n`,
  })
  chmodSync(join(directory, 'make.sh'), 0o755)
  expect(await run(directory, 'build')).toMatchObject({ code: 1 })
  expect(await run(directory, 'build', '--enable-alpha-plugins')).toMatchObject({ code: 1 })
  expect(existsSync(join(directory, 'ran'))).toBe(false)
  expect(await run(directory, 'build', '--enable-alpha-plugins', '--enable-exec')).toEqual({
    code: 0,
    out: MAP,
    err: '',
  })
})

test('bases are cloned from repositories', async () => {
  const repository = await directoryOf({
    'base/kustomization.yaml': 'resources: [all.yaml]\nnamePrefix: remote-\n',
    'base/all.yaml': MAP,
  })
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: repository,
      encoding: 'utf8',
    })
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-q', '-m', 'first')
  const directory = await directoryOf({ 'kustomization.yaml': `resources: ["file://${repository}//base?ref=main"]\n` })
  expect(await run(directory, 'build')).toMatchObject({ code: 0, out: MAP.replace('map', 'remote-map') })
})

test('charts are inflated where helm is enabled', async () => {
  const files = {
    'kustomization.yaml': 'helmCharts:\n- name: app\n  releaseName: rel\n  valuesInline: {greeting: hello}\n',
    'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
    'charts/app/values.yaml': 'greeting: none\n',
    'charts/app/templates/map.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  greeting: {{ .Values.greeting }}\n',
  }
  const directory = await directoryOf(files)
  expect(await run(directory, 'build')).toMatchObject({
    code: 1,
    err: expect.stringContaining('must specify --enable-helm') as string,
  })
  expect(await run(directory, 'build', '--enable-helm')).toMatchObject({
    out: 'apiVersion: v1\ndata:\n  greeting: hello\nkind: ConfigMap\nmetadata:\n  name: rel\n',
  })
  const incomplete = `${files['charts/app/Chart.yaml']}dependencies:\n- {name: db, version: 1.0.0, repository: "https://charts.example.org"}\n`
  expect(
    await run(await directoryOf({ ...files, 'charts/app/Chart.yaml': incomplete }), 'build', '--enable-helm'),
  ).toMatchObject({ code: 1, out: '', err: expect.stringContaining('missing in charts/ directory: db') as string })
})

test('version is the one that is built like', async () => {
  expect(await run('/', 'version')).toEqual({ code: 0, out: 'v5.8.2\n', err: '' })
})

test('edit fix says what to change and changes nothing', async () => {
  const text = 'commonLabels: {a: b}\n'
  const directory = await directoryOf({ 'kustomization.yaml': text })
  const { code, out } = await run(directory, 'edit', 'fix')
  expect(code).toBe(1)
  expect(out).toContain("kustomization.yaml:1:1: warning: 'commonLabels' is deprecated")
  expect(readFileSync(join(directory, 'kustomization.yaml'), 'utf8')).toBe(text)
})

test('a terminal is shown the place of an error, a pipe the words alone', async () => {
  const directory = await directoryOf({ 'kustomization.yaml': 'namePrefix: a-\nresources: [gone.yaml]\n' })
  const shown = async (isTTY: boolean): Promise<string> => {
    const err: string[] = []
    const stderr = { write: (text: string) => err.push(text), isTTY }
    const now = (): Date => new Date(2026, 0, 2)
    await runKustomize(['build'], { stdout: { write: () => true }, stderr, cwd: directory, env: process.env, now })
    return err.join('')
  }
  expect(await shown(false)).not.toContain('^')
  expect(await shown(true)).toContain(
    `  at ${directory}/kustomization.yaml:2:13 [KUSTOMIZE_FILE]\n  2 | resources: [gone.yaml]\n    |             ^^^^^^^^^\n`,
  )
})
