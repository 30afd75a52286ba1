import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, it } from 'vitest'
import { runHelm } from '../../src/helm/index.ts'

async function errorOf(...args: readonly string[]): Promise<string> {
  const cwd = await temporaryDirectory()
  mkdirSync(join(cwd, 'c'))
  writeFileSync(join(cwd, 'c/Chart.yaml'), 'apiVersion: v2\nname: c\nversion: 1.0.0\n')
  writeFileSync(join(cwd, 'c.tgz'), 'x')
  writeFileSync(join(cwd, 'd.tgz'), 'x')
  writeFileSync(join(cwd, 'd.tgz.prov'), 'x')
  const written: string[] = []
  const stream = { write: (text: string) => written.push(text) > 0 }
  const code = await runHelm(args, { stdout: stream, stderr: stream, cwd, env: {} })
  return `${code} ${written.join('').replaceAll(cwd, '')}`
}

const REFUSED = '1 Error: --verify is not supported: slipway does not check OpenPGP signatures; use helm verify\n'

it.each([
  [['template', 'r', 'c'], '1 Error: unpacked charts cannot be verified\n'],
  [['template', 'r', 'c/Chart.yaml'], '1 Error: chart must be a tgz file\n'],
  [
    ['show', 'values', 'c.tgz'],
    '1 Error: could not load provenance file /c.tgz.prov: stat /c.tgz.prov: no such file or directory\n',
  ],
  [['template', 'r', 'd.tgz'], REFUSED],
  [['template', 'r', 'oci://registry.invalid/c'], REFUSED],
  [['dependency', 'update', 'c'], REFUSED],
  [['dependency', 'build', 'c'], REFUSED],
])('helm %j --verify checks nothing and says so', async (args, expected) => {
  expect(await errorOf(...args, '--verify')).toBe(expected)
})
