import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { expectCondition, nodeCluster, type NodeCluster } from './cluster.ts'

// Says when it gets a request or a signal; ends at SIGTERM and SIGINT.
const TALKER = `
console.log('started')
require('node:http').createServer((request, response) => { console.log('asked ' + request.url); response.writeHead(500).end() }).listen(8080, () => console.log('listening'))
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => { console.log(signal); process.exit(0) })
`
const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'default' }

async function start(container: object, spec: object = {}, more: object = {}): Promise<NodeCluster> {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', TALKER, more)
  await cluster.createPod('web', container, spec)
  return cluster
}

const stateOf = async (cluster: NodeCluster) => (await cluster.pod('web')).status.containerStatuses?.[0]

/** Deletes the pod and gives what its container printed until its end. */
async function logOfTheEnd(cluster: NodeCluster): Promise<string> {
  const following = cluster.log('web', { follow: 'true' })
  await cluster.client.delete({ ...POD, name: 'web' })
  return following
}

describe('postStart', () => {
  test('runs beside the program, and the container is ready only after it', async () => {
    const cluster = await start({
      lifecycle: { postStart: { exec: { command: ['sh', '-c', 'while ! [ -e go ]; do :; done'] } } },
    })
    await eventually(async () => expect(await cluster.log('web')).toContain('started'))
    expect(await stateOf(cluster)).toMatchObject({ ready: false })
    await cluster.node.exec({ namespace: 'default', pod: 'web' }, ['sh', '-c', 'touch go'])
    await eventually(async () => expectCondition(await cluster.pod('web'), 'Ready', 'True'))
  })

  test('that fails ends the container, which is started again', async () => {
    const cluster = await start({ lifecycle: { postStart: { exec: { command: ['sh', '-c', 'exit 1'] } } } })
    await eventually(async () =>
      expect(await cluster.events('web')).toEqual(
        expect.arrayContaining(['FailedPostStartHook: PostStartHook failed', 'Killing: FailedPostStartHook']),
      ),
    )
    await eventually(async () => expect((await stateOf(cluster))?.restartCount).toBeGreaterThan(0))
  })

  test('by HTTP is good with any answer, and fails without one', async () => {
    const ask = (port: number) => ({ postStart: { httpGet: { path: '/hook', port } } })
    // The program must listen before it is asked, which a hook does not wait for.
    const cluster = await start({ lifecycle: { postStart: { httpGet: { path: '/hook', port: 1 } } } })
    await eventually(async () =>
      expect(await cluster.events('web')).toContain('FailedPostStartHook: PostStartHook failed'),
    )
    const slow = await nodeCluster()
    await slow.addImage('web:1', TALKER)
    await slow.createPod('web', { lifecycle: { preStop: ask(8080).postStart } })
    await eventually(async () => expect(await slow.log('web')).toContain('listening'))
    expect(await logOfTheEnd(slow)).toBe('started\nlistening\nasked /hook\nSIGTERM\n')
    expect(await slow.events('web')).not.toContain('FailedPreStopHook: PreStopHook failed')
  })
})

describe('preStop', () => {
  test('runs to its end before SIGTERM', async () => {
    const url = `http://localhost:8080/bye`
    const hook = { exec: { command: ['node', '-e', `fetch('${url}').then(() => {})`] } }
    const cluster = await start({ lifecycle: { preStop: hook } })
    await eventually(async () => expect(await cluster.log('web')).toContain('listening'))
    expect(await logOfTheEnd(cluster)).toBe('started\nlistening\nasked /bye\nSIGTERM\n')
  })

  test('that sleeps delays SIGTERM within the grace', async () => {
    const cluster = await start({ lifecycle: { preStop: { sleep: { seconds: 1 } } } })
    await eventually(async () => expect(await cluster.log('web')).toContain('listening'))
    const began = performance.now()
    expect(await logOfTheEnd(cluster)).toContain('SIGTERM')
    expect(performance.now() - began).toBeGreaterThan(950)
  })

  test('that fails is told, and the container ends all the same', async () => {
    const cluster = await start({ lifecycle: { preStop: { exec: { command: ['sh', '-c', 'exit 1'] } } } })
    await eventually(async () => expect(await cluster.log('web')).toContain('listening'))
    expect(await logOfTheEnd(cluster)).toContain('SIGTERM')
    expect(await cluster.events('web')).toContain('FailedPreStopHook: PreStopHook failed')
  })
})

test("the image's STOPSIGNAL asks its program to end", async () => {
  const cluster = await start({}, {}, { stopSignal: 'SIGINT' })
  await eventually(async () => expect(await cluster.log('web')).toContain('listening'))
  expect(await logOfTheEnd(cluster)).toBe('started\nlistening\nSIGINT\n')
})

test('activeDeadlineSeconds ends the pod as Failed', async () => {
  const cluster = await start({}, { activeDeadlineSeconds: 1 })
  await eventually(async () => {
    expect((await cluster.pod('web')).status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    })
  })
  expect(cluster.node.processes()).toEqual([])
})

test('a sidecar starts before the containers, which do not wait for its end, and ends after them', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', `console.log('main'); setTimeout(() => process.exit(0), 300)`)
  await cluster.addImage('side:1', TALKER)
  const side = {
    name: 'side',
    image: 'side:1',
    restartPolicy: 'Always',
    startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
  }
  await cluster.createPod('web', {}, { restartPolicy: 'Never', initContainers: [side] })
  await eventually(async () => expect((await cluster.pod('web')).status.phase).toBe('Succeeded'))
  const { initContainerStatuses = [], containerStatuses = [] } = (await cluster.pod('web')).status
  const [one, two] = [initContainerStatuses[0]?.state.terminated, containerStatuses[0]?.state.terminated]
  expect([one?.exitCode, two?.exitCode]).toEqual([0, 0])
  expect(Date.parse(one?.startedAt ?? '')).toBeLessThanOrEqual(Date.parse(two?.startedAt ?? ''))
  expect(await cluster.log('web', { container: 'side' })).toBe('started\nlistening\nSIGTERM\n')
})

test('probes by command, by connection and by health make a pod ready; one that cannot run is told', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', TALKER)
  const probe = (handler: object) => ({ readinessProbe: { ...handler, periodSeconds: 1 } })
  await cluster.createPod('command', probe({ exec: { command: ['sh', '-c', 'test -e main.js'] } }))
  await cluster.createPod('connection', probe({ tcpSocket: { port: 8080 } }))
  await cluster.createPod('broken', probe({ exec: { command: ['no-such-program'] } }))
  for (const name of ['command', 'connection'])
    await eventually(async () => expectCondition(await cluster.pod(name), 'Ready', 'True'))
  await eventually(async () =>
    expect(await cluster.events('broken')).toContain(
      'Unhealthy: Readiness probe errored and resulted in unknown state: exec: "no-such-program": no such file or directory',
    ),
  )
  expectCondition(await cluster.pod('broken'), 'Ready', 'False')
})

test('a redirect to another host is ready, with a warning', async () => {
  const cluster = await nodeCluster()
  await cluster.addImage(
    'web:1',
    `require('node:http').createServer((_, response) => response.writeHead(302, { location: 'http://login.example.com/' }).end('away')).listen(8080)`,
  )
  await cluster.createPod('web', { readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 } })
  await eventually(async () => expectCondition(await cluster.pod('web'), 'Ready', 'True'))
  expect(await cluster.events('web')).toContain(
    'ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: away',
  )
})
