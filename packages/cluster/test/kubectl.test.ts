import { spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually as within } from '@slipway/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findKubectl } from '../../../conformance/kubectl/lib/kubectl.mjs'
import { type Place, type Ran, type Running, startPlace } from './kubectl-platform.ts'

// The version of the recording, the one after it, and an old one that speaks SPDY where they speak WebSocket.
const KUBECTLS = ['1.36', '1.37', '1.20'].map((version) => {
  const { path = '', missing } = findKubectl(process.env, version)
  const title = `kubectl ${version}${missing === undefined ? '' : ` (skipped: ${missing})`}`
  return { path, title, at: version.replace('.', '-') }
})

// Each look may start a process, on a machine that has more to do.
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => within(check, { within: 25_000 })

let place: Place

beforeAll(async () => {
  place = await startPlace()
})
afterAll(() => place.stop())

function commandsOf(path: string) {
  const start = (...args: string[]): Running => place.start(path, args)
  const given = (input: string, ...args: string[]): Promise<Ran> => {
    const { child, ended } = start(...args)
    child.stdin?.end(input)
    return ended
  }
  return { start, given, run: (...args: string[]) => given('', ...args) }
}

// A pod that serves, and its Service.
async function serve(name: string): Promise<void> {
  const metadata = { name, namespace: 'default', labels: { app: name } }
  const readinessProbe = { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1 }
  const containers = [{ name: 'main', image: 'shop', ports: [{ containerPort: 8080 }], readinessProbe }]
  await place.client.create({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } })
  const spec = { selector: metadata.labels, ports: [{ port: 80, targetPort: 8080 }] }
  await place.client.create({ apiVersion: 'v1', kind: 'Service', metadata, spec })
}

describe.each(KUBECTLS)('$title', ({ path, at }) => {
  const { start, given, run } = commandsOf(path)
  const web = `web-${at}`
  const test_ = test.skipIf(path === '')

  beforeAll(async () => {
    if (path === '') return
    await serve(web)
    expect(await run('wait', '--for=condition=Ready', '--timeout=30s', `pod/${web}`)).toMatchObject({ code: 0 })
  })

  test_('logs -f follows and ends with the pod, attach -i goes both ways', async () => {
    const name = `ask-${at}`
    const containers = [{ name: 'main', image: 'shop', stdin: true }]
    const metadata = { name, namespace: 'default' }
    await place.client.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { restartPolicy: 'Never', containers },
    })
    await eventually(async () => expect((await run('logs', name)).stdout).toBe('ready\n'))
    const followed = start('logs', '-f', name)
    const attached = start('attach', '-i', name)
    attached.child.stdin?.write('one\n')
    // Both show it while the program waits for more.
    await eventually(() =>
      expect([followed.said.stdout, attached.said.stdout]).toEqual(['ready\ngot one\n', 'got one\n']),
    )
    attached.child.stdin?.write('end\n')
    expect(await attached.ended).toMatchObject({ code: 0, stdout: 'got one\ngot end\n' })
    expect(await followed.ended).toEqual({ code: 0, stdout: 'ready\ngot one\ngot end\n', stderr: '' })
    expect(await run('logs', '-f', '--tail=1', name)).toEqual({ code: 0, stdout: 'got end\n', stderr: '' })
  })

  test_('exec brings both outputs and the exit code back, exec -i gives input and its end', async () => {
    expect(await run('exec', web, '--', 'sh', '-c', 'echo out; echo err >&2; exit 9')).toEqual({
      code: 9,
      stdout: 'out\n',
      stderr: 'err\ncommand terminated with exit code 9\n',
    })
    const text = `${'0123456789'.repeat(50_000)}\n`
    // `cat` goes on only when its input ends.
    const answer = await given(text, 'exec', '-i', web, '--', 'sh', '-c', 'cat; echo over; exit 5')
    expect(answer.code).toBe(5)
    expect(answer.stdout === `${text}over\n`).toBe(true)
    expect(await given('unasked', 'exec', web, '--', 'cat')).toMatchObject({ code: 0, stdout: '' })
  })

  test_('exec into a container that does not run is an error', async () => {
    const metadata = { name: `none-${at}`, namespace: 'default' }
    const containers = [{ name: 'main', image: 'none' }]
    await place.client.create({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } })
    const answer = await run('exec', metadata.name, '--', 'true')
    expect(answer.code).toBe(1)
    expect(answer.stderr).toContain('container not found ("main")')
  })

  test_('cp brings files and folders there and back, by paths from the WORKDIR and from the root', async () => {
    const local = join(place.folder, at)
    await mkdir(join(local, 'in/deep'), { recursive: true })
    await writeFile(join(local, 'in/deep/file'), Buffer.from([0, 255, 10, 13]))
    const copy = (from: string, to: string): Promise<Ran> => run('cp', from, to)
    expect(await copy(`${at}/in`, `${web}:data`)).toMatchObject({ code: 0, stderr: '' })
    expect(await copy(`${at}/in/deep/file`, `${web}:/app/data/other`)).toMatchObject({ code: 0, stderr: '' })
    expect((await run('exec', web, '--', 'cmp', 'data/other', '/app/data/deep/file')).code).toBe(0)
    expect(await copy(`${web}:/app/data`, `${at}/out`)).toMatchObject({ code: 0 })
    expect(await copy(`${web}:data/other`, `${at}/other`)).toMatchObject({ code: 0 })
    const read = (name: string): Promise<string> => readFile(join(local, name), 'hex')
    expect([await read('out/deep/file'), await read('out/other'), await read('other')]).toEqual(
      Array(3).fill('00ff0a0d'),
    )
  })

  test_('cp does not write into folders that only the machine has', async () => {
    await writeFile(join(place.folder, 'text'), 'text')
    const answer = await run('cp', 'text', `${web}:/proc/text`)
    expect(answer.code).toBe(1)
    expect(answer.stderr).toContain('the container has no folder /proc of its own')
  })

  test_('port-forward reaches the probes of a pod and of a Service', async () => {
    const over = '-v=6'
    const forwards = [
      start('port-forward', `pod/${web}`, ':8080', over),
      start('port-forward', `service/${web}`, ':80', over),
    ]
    for (const { said } of forwards) {
      const url = await eventually(() => {
        const [, port] = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(said.stdout) ?? []
        expect(port).toBeDefined()
        return `http://127.0.0.1:${port}`
      })
      const texts = await Promise.all(
        ['/livez', '/readyz', '/big'].map(async (route) => (await fetch(`${url}${route}`)).text()),
      )
      expect(texts.map((text) => [text.slice(0, 5), text.length])).toEqual([
        ['alive', 5],
        ['ready', 5],
        ['xxxxx', 200_000],
      ])
      expect(said.stderr).not.toMatch(/fallback to (secondary|SPDY)|error forwarding|Unhandled Error/i)
    }
    for (const { child, ended } of forwards) {
      child.kill('SIGINT')
      await ended
    }
  })

  test_('run --rm -i gives the program its input and ends with it', async () => {
    const answer = await given('hello\nend\n', 'run', `x-${at}`, '--image=shop', '--restart=Never', '--rm', '-i')
    expect(answer.stdout).toContain('got hello\ngot end\n')
    expect(answer.stdout).toContain(`pod "x-${at}" deleted`)
    expect(answer.code).toBe(7)
  })

  test_('top shows what the processes of a pod and of the node use', async () => {
    const work = 'const end = Date.now() + 300; while (Date.now() < end);'
    await eventually(async () => {
      expect(await run('exec', web, '--', 'node', '-e', work)).toMatchObject({ code: 0 })
      const [pods, nodes] = await Promise.all([
        run('top', 'pod', web, '--no-headers'),
        run('top', 'node', '--no-headers'),
      ])
      expect(pods.stdout).toMatch(new RegExp(`^${web} +[1-9]\\d*m +[1-9]\\d*Mi`))
      expect(nodes.stdout).toMatch(/^slipway +[1-9]\d*m +\d+% +[1-9]\d*Mi +\d+%/)
    })
  })

  test_('get -w sees what is added, changed and deleted', async () => {
    const metadata = { name: `seen-${at}`, namespace: 'default', labels: { watched: at, colour: 'red' } }
    const object = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: metadata.name }
    const watching = start('get', 'cm', '-l', `watched=${at}`, '-w', '--output-watch-events', '-L', 'colour')
    // EVENT, NAME and COLOUR; DATA and AGE stand between.
    const seen = (): string[] =>
      watching.said.stdout
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(/ +/).toSpliced(2, 2).join(' '))
    await place.client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
    await eventually(() => expect(seen()).toEqual([`ADDED ${metadata.name} red`]))
    await place.client.patch(object, { type: 'merge', body: { metadata: { labels: { colour: 'blue' } } } })
    await place.client.delete(object)
    const [changed, deleted] = ['MODIFIED', 'DELETED'].map((event) => `${event} ${metadata.name} blue`)
    await eventually(() => expect(seen().slice(1)).toEqual([changed, deleted]))
    watching.child.kill('SIGINT')
    await watching.ended
  })

  test_('debug is refused with what to do instead', async () => {
    const answer = await run('debug', web, '--image=busybox')
    expect(answer.code).toBe(1)
    expect(answer.stderr).toContain(
      '"ephemeralcontainers" of pods is not supported by Slipway: instead of "kubectl debug"',
    )
    expect(answer.stderr).toContain('"kubectl exec POD -- COMMAND" runs any program of this machine beside the pod')
  })

  // `script` gives kubectl a real terminal, as a user has one.
  test.skipIf(path === '' || process.platform !== 'linux' || spawnSync('script', ['--version']).status !== 0)(
    'exec -it is a session of lines, and says that there is no terminal',
    async () => {
      const { child, said, ended } = place.start('script', ['-qec', `${path} exec -it ${web} -- sh`, '/dev/null'])
      await eventually(() => expect(said.stdout).toContain('slipway: pods have no terminal here'))
      child.stdin?.write('echo $((20+3)); echo wrong >&2\r')
      await eventually(() => expect(said.stdout).toMatch(/echo wrong >&2\r\n(23\r\nwrong|wrong\r\n23)\r\n/))
      child.stdin?.write('exit 5\r')
      const { code, stdout } = await ended
      expect([code, stdout.trim().split('\r\n').at(-1)]).toEqual([5, 'command terminated with exit code 5'])
    },
  )
})
