import { X509Certificate } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeCertificates } from '@slipway/apiserver'
import { openState, type Secrets } from '@slipway/state'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, test } from 'vitest'

const DAY = 24 * 3600 * 1000

async function secretsIn(directory: string): Promise<Secrets> {
  const state = await openState(directory)
  await state.release()
  return state.secrets
}

test('secrets are made once, kept, and nobody else may read them', async () => {
  const directory = await temporaryDirectory()
  const first = await secretsIn(directory)
  expect(await secretsIn(directory)).toEqual(first)
  expect((await stat(join(directory, 'secrets.json'))).mode & 0o777).toBe(0o600)
})

test('a folder of an older version gets what it lacks, and keeps its tokens', async () => {
  const directory = await temporaryDirectory()
  const { gitToken: _, ...older } = await secretsIn(directory)
  await writeFile(join(directory, 'secrets.json'), JSON.stringify(older))
  const newer = await secretsIn(directory)
  expect(newer).toMatchObject(older)
  expect(newer.gitToken).toHaveLength(43)
  expect(JSON.parse(await readFile(join(directory, 'secrets.json'), 'utf8'))).toEqual(newer)
})

test('certificates that run out within a month are made again', async () => {
  const directory = await temporaryDirectory()
  const secrets = await secretsIn(directory)
  const old = await makeCertificates(Date.now() - 345 * DAY)
  await writeFile(join(directory, 'secrets.json'), JSON.stringify({ ...secrets, certificates: old }))
  const { certificates, adminToken } = await secretsIn(directory)
  expect(adminToken).toBe(secrets.adminToken)
  expect(Date.parse(new X509Certificate(certificates.certificate).validTo)).toBeGreaterThan(Date.now() + 300 * DAY)
})
