import { eventually } from '@slipway/testkit'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { expectCondition, nodeCluster } from './cluster.ts'

const PLANTED = 'planted-in-the-parent'
const STARTED = ['exec', 'init', 'liveness', 'postStart', 'preStop', 'program', 'readiness', 'sidecar', 'startup']

test('no process that a pod starts has a variable of this process: no container, probe, hook or command', async () => {
  process.env['PLANTED_IN_PARENT'] = PLANTED
  onTestFinished(() => void delete process.env['PLANTED_IN_PARENT'])
  const cluster = await nodeCluster()
  const folder = join(cluster.directory, 'seen')
  await mkdir(folder)
  await cluster.addImage('web:1', '')
  const writes = (name: string): string => `env > '${folder}/.${name}' && mv '${folder}/.${name}' '${folder}/${name}'`
  const probe = (name: string) => ({ exec: { command: ['sh', '-c', writes(name)] }, periodSeconds: 1 })
  const runs = (name: string) => ({ name, image: 'web:1', command: ['sh', '-c', `${writes(name)}; exec sleep 1000`] })
  const main = {
    ...runs('program'),
    lifecycle: { postStart: probe('postStart'), preStop: probe('preStop') },
    startupProbe: probe('startup'),
    readinessProbe: probe('readiness'),
    livenessProbe: probe('liveness'),
  }
  const init = { ...runs('init'), command: ['sh', '-c', writes('init')] }
  const initContainers = [init, { ...runs('sidecar'), restartPolicy: 'Always' }]
  await cluster.createPod('web', {}, { initContainers, containers: [main], terminationGracePeriodSeconds: 1 })
  await eventually(async () => expectCondition(await cluster.pod('web'), 'Ready', 'True'))
  const command = await cluster.node.exec({ namespace: 'default', pod: 'web' }, ['sh', '-c', writes('exec')])
  expect((await command.exited).code).toBe(0)
  const written = async (): Promise<string[]> => (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()
  const beforeTheEnd = STARTED.filter((name) => name !== 'preStop')
  await eventually(async () => expect(await written()).toEqual(beforeTheEnd))
  await cluster.client.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web' })
  await eventually(async () => expect(await written()).toEqual(STARTED))
  for (const name of STARTED) {
    const seen = await readFile(join(folder, name), 'utf8')
    expect(seen).toContain('FROM_IMAGE=yes')
    expect.soft(seen, name).not.toContain(PLANTED)
  }
})
