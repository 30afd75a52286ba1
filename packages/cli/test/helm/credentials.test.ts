import { createServer } from 'node:http'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { runHelm } from '../../src/helm/index.ts'

/** A registry that has nothing, and notes who asks. */
async function registry(): Promise<{ host: string; seen: (string | undefined)[] }> {
  const seen: (string | undefined)[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

test('what one registry knows somebody by is sent to no other, and is in no error', async () => {
  const [known, other] = [await registry(), await registry()]
  const cwd = await temporaryDirectory()
  const auth = Buffer.from('user:tok3n').toString('base64')
  mkdirSync(join(cwd, '.config/helm/registry'), { recursive: true })
  writeFileSync(join(cwd, '.config/helm/registry/config.json'), JSON.stringify({ auths: { [known.host]: { auth } } }))
  const dependencies = [known, other].map(
    ({ host }, at) => `{name: s${at}, version: 1.2.3, repository: "oci://${host}/c"}`,
  )
  writeFileSync(
    join(cwd, 'Chart.yaml'),
    `apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [${dependencies.join(', ')}]\n`,
  )
  const said: string[] = []
  const write = (text: string): boolean => said.push(text) > 0
  const io = { stdout: { write }, stderr: { write }, cwd, env: { HOME: cwd, TZ: 'UTC' }, now: () => 0 }
  const pull = (host: string): Promise<number> =>
    runHelm(['template', `oci://${host}/c/s`, '--version', '1.2.3', '--plain-http'], io)
  expect(await Promise.all([pull(known.host), pull(other.host)])).toEqual([1, 1])
  await runHelm(['dependency', 'update', '.', '--plain-http'], io)
  expect(known.seen).toContain(`Basic ${auth}`)
  expect(other.seen.length).toBeGreaterThan(0)
  expect(other.seen.filter((header) => header !== undefined)).toEqual([])
  expect(said.join('')).not.toMatch(new RegExp(`tok3n|${auth}`))
})
