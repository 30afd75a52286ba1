import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { expectCondition, isAlive, nodeCluster, SERVER, type NodeCluster } from './cluster.ts'

const READY = { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1, failureThreshold: 1 }

interface Answer {
  readonly pid: number
  readonly env: Record<string, string>
  readonly cwd: string
}

async function ready(cluster: NodeCluster, name: string): Promise<string> {
  return eventually(async () => {
    const pod = await cluster.pod(name)
    expectCondition(pod, 'Ready', 'True')
    return pod.status.podIP ?? ''
  })
}

const ask = async (cluster: NodeCluster, ip: string): Promise<Answer> =>
  JSON.parse(await cluster.get(ip, 8080)) as Answer

describe('a pod', () => {
  test('runs its program with its own environment and becomes ready by its probe', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', SERVER)
    process.env['PLANTED_IN_PARENT'] = 'secret'
    const env = [
      { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'GREETING', value: 'hello $(NAME) $(UNKNOWN) $$(NAME)' },
    ]
    await cluster.createPod('web', { env, readinessProbe: READY })
    const { env: seen, cwd } = await ask(cluster, await ready(cluster, 'web'))
    expect(seen).toMatchObject({
      FROM_IMAGE: 'yes',
      NAME: 'web',
      GREETING: 'hello web $(UNKNOWN) $(NAME)',
      HOSTNAME: 'web',
    })
    expect(seen).not.toHaveProperty('PLANTED_IN_PARENT')
    expect(cwd).toMatch(/\/main\/app$/)
    expect(await cluster.events('web')).toEqual(
      expect.arrayContaining(['Created: Container created', 'Started: Container started']),
    )
  })

  test('shares no port with others that bind the same one', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', SERVER)
    for (const name of ['a', 'b', 'c']) await cluster.createPod(name, { readinessProbe: READY })
    const pids = new Set<number>()
    for (const name of ['a', 'b', 'c']) pids.add((await ask(cluster, await ready(cluster, name))).pid)
    expect(pids.size).toBe(3)
  })

  test('ends with SIGTERM when it is deleted, and its object goes after its process', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', SERVER)
    await cluster.createPod('web', { readinessProbe: READY })
    const { pid } = await ask(cluster, await ready(cluster, 'web'))
    await cluster.client.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web' })
    await eventually(() => expect(cluster.pod('web')).rejects.toThrow('not found'))
    expect(isAlive(pid)).toBe(false)
  })

  test('that ignores SIGTERM is killed at the end of its grace', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage(
      'web:1',
      `process.on('SIGTERM', () => {}); ${SERVER.replace("process.on('SIGTERM'", "process.on('SIGUSR2'")}`,
    )
    await cluster.createPod('web', { readinessProbe: READY }, { terminationGracePeriodSeconds: 1 })
    const { pid } = await ask(cluster, await ready(cluster, 'web'))
    await cluster.client.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web' })
    await eventually(() => expect(cluster.pod('web')).rejects.toThrow('not found'))
    expect(isAlive(pid)).toBe(false)
    expect(await cluster.events('web')).toContain('Killing: Stopping container main')
  })

  test('leaves the ready endpoints when its probe fails, and comes back', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', SERVER)
    await cluster.createPod('web', { readinessProbe: READY })
    const ip = await ready(cluster, 'web')
    await cluster.get(ip, 8080, '/toggle')
    await eventually(async () => expectCondition(await cluster.pod('web'), 'Ready', 'False'))
    expect(await cluster.events('web')).toContain(
      'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
    )
    await cluster.get(ip, 8080, '/toggle')
    await ready(cluster, 'web')
  })

  test('is asked whether it is ready as soon as it has started, not a period later', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', SERVER)
    await cluster.createPod('web', {
      startupProbe: { ...READY, failureThreshold: 60 },
      readinessProbe: { ...READY, periodSeconds: 3600 },
    })
    await ready(cluster, 'web')
  })

  test('is restarted after its process was killed, with what happened in its status', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', SERVER)
    await cluster.createPod('web', { readinessProbe: READY })
    const { pid } = await ask(cluster, await ready(cluster, 'web'))
    process.kill(pid, 'SIGKILL')
    await eventually(async () => {
      const [status] = (await cluster.pod('web')).status.containerStatuses ?? []
      expect(status).toMatchObject({
        restartCount: 1,
        ready: true,
        lastState: { terminated: { exitCode: 137, reason: 'Error' } },
      })
    })
  })

  test('whose process is stopped fails its liveness probe and is replaced', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', SERVER)
    const probe = {
      httpGet: { path: '/', port: 8080 },
      periodSeconds: 1,
      timeoutSeconds: 1,
      initialDelaySeconds: 1,
      failureThreshold: 1,
    }
    await cluster.createPod(
      'web',
      { livenessProbe: probe, readinessProbe: READY },
      { terminationGracePeriodSeconds: 1 },
    )
    const { pid } = await ask(cluster, await ready(cluster, 'web'))
    process.kill(pid, 'SIGSTOP')
    await eventually(async () => {
      const [status] = (await cluster.pod('web')).status.containerStatuses ?? []
      expect(status).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 137 } } })
    })
    expect(await cluster.events('web')).toContain('Killing: Container main failed liveness probe, will be restarted')
  })

  test('waits for a ConfigMap that is missing and starts when it comes', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', SERVER)
    await cluster.createPod(
      'web',
      {
        volumeMounts: [{ name: 'config', mountPath: '/app/config' }],
        readinessProbe: READY,
        command: ['node', 'main.js'],
      },
      { volumes: [{ name: 'config', configMap: { name: 'settings' } }] },
    )
    await eventually(async () =>
      expect(await cluster.events('web')).toContain(
        'FailedMount: MountVolume.SetUp failed for volume "config" : configmap "settings" not found',
      ),
    )
    await cluster.client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'default' },
      data: { 'a.txt': 'A' },
    })
    await ready(cluster, 'web')
  })

  test('with a field that the runner refuses does not run and says which field', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', SERVER)
    await cluster.createPod('web', {}, { hostNetwork: true })
    await eventually(async () => {
      const [status] = (await cluster.pod('web')).status.containerStatuses ?? []
      expect(status?.state.waiting).toEqual({
        reason: 'CreateContainerConfigError',
        message: 'refused by the process runner: spec.hostNetwork',
      })
    })
  })

  test('whose image nobody built is ErrImagePull', async () => {
    const cluster = await nodeCluster()
    await cluster.createPod('web', { image: 'ghcr.io/none/none:1' })
    await eventually(async () => {
      const [status] = (await cluster.pod('web')).status.containerStatuses ?? []
      expect(status?.state.waiting?.reason).toMatch(/ImagePullBackOff|ErrImagePull/)
    })
    expect(await cluster.events('web')).toContain('Failed: Error: ErrImagePull')
  })
})

describe('containers of a pod', () => {
  test('start after the init containers, in their order', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', SERVER)
    await cluster.addImage(
      'init:1',
      `require('node:fs').appendFileSync(process.env.TMPDIR + '/order', process.env.HOSTNAME + process.argv[2])`,
    )
    const init = (name: string): object => ({ name, image: 'init:1', args: ['main.js', name] })
    await cluster.createPod('web', { readinessProbe: READY }, { initContainers: [init('one'), init('two')] })
    await ready(cluster, 'web')
    const pod = await cluster.pod('web')
    expect(pod.status.initContainerStatuses?.map((status) => status.state.terminated?.reason)).toEqual([
      'Completed',
      'Completed',
    ])
    expectCondition(pod, 'Initialized', 'True')
  })

  test('end a pod of a job kind: Succeeded, and Failed with the message', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', `console.log('bad luck'); process.exit(Number(process.argv[2] ?? 0))`)
    await cluster.createPod('good', {}, { restartPolicy: 'Never' })
    await cluster.createPod(
      'bad',
      { args: ['main.js', '7'], terminationMessagePolicy: 'FallbackToLogsOnError' },
      { restartPolicy: 'Never' },
    )
    await eventually(async () => expect((await cluster.pod('good')).status.phase).toBe('Succeeded'))
    await eventually(async () => expect((await cluster.pod('bad')).status.phase).toBe('Failed'))
    const [status] = (await cluster.pod('bad')).status.containerStatuses ?? []
    expect(status?.state.terminated).toMatchObject({ exitCode: 7, reason: 'Error', message: 'bad luck\n' })
  })
})
