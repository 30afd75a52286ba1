import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

// The service as its own process, as a pod runs it.
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

interface Service {
  readonly child: ChildProcess
  readonly port: number
  readonly management: string
  readonly exit: Promise<number | null>
}

const children: ChildProcess[] = []
after(() => children.forEach((child) => child.kill('SIGKILL')))

function spawnService(env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [MAIN], { env: { PORT: '0', MANAGEMENT_PORT: '0', ...env } })
  children.push(child)
  return child
}

async function start(env: Record<string, string> = {}): Promise<Service> {
  const child = spawnService(env)
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  assert.ok(child.stdout)
  for await (const line of createInterface(child.stdout)) {
    const entry = JSON.parse(line) as { msg: string; port: number; managementPort: number }
    if (entry.msg !== 'started') continue
    child.stdout.resume()
    return { child, port: entry.port, management: `http://127.0.0.1:${entry.managementPort}`, exit }
  }
  throw new Error('the service did not start')
}

test('a drain under load answers every request of 1,000 kept connections', async (context) => {
  const service = await start({ DRAIN_SECONDS: '5', SHUTDOWN_SECONDS: '20' })
  const clients = await Promise.all(Array.from({ length: 1000 }, () => keptConnection(service.port)))
  await wait(1000)
  service.child.kill('SIGTERM')
  const ended = await Promise.all(clients.map(({ done }) => done))
  assert.equal(await service.exit, 0)
  assert.deepEqual([...new Set(ended.map(({ how }) => how))], ['asked to close'])
  const answered = ended.reduce((sum, { answers }) => sum + answers, 0)
  context.diagnostic(`${answered} requests over 1,000 connections, none lost`)
  assert.ok(answered > 2000, `${answered} answers`)
})

interface Ended {
  /** `asked to close`, as a draining server should, or what went wrong with a request that was sent. */
  readonly how: string
  readonly answers: number
}

/** A client that asks again and again over one connection until the server asks it to use another. */
async function keptConnection(port: number): Promise<{ done: Promise<Ended> }> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return { done: askUntilClosed(socket) }
}

async function askUntilClosed(socket: Socket): Promise<Ended> {
  let answers = 0
  for (;;) {
    try {
      const head = await ask(socket)
      if (!head.startsWith('HTTP/1.1 200 ')) return { how: head.split('\r\n')[0] ?? '', answers }
      answers += 1
      if (/^connection: close$/im.test(head)) return { how: 'asked to close', answers }
    } catch (error) {
      return { how: String(error), answers }
    }
    await wait(300 + Math.random() * 400)
  }
}

/** Sends one request, and gives the head of the answer when all of its body is there. */
function ask(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const finish = (error?: Error) => {
      socket.off('data', read).off('error', finish).off('close', lost)
      const [head = ''] = text.split('\r\n\r\n')
      if (error) reject(error)
      else resolve(head)
    }
    const lost = () => finish(new Error('the connection ended before the answer'))
    const read = (part: Buffer) => {
      text += part.toString()
      const end = text.indexOf('\r\n\r\n')
      const length = Number(/^content-length: (\d+)/im.exec(text)?.[1])
      if (end !== -1 && text.length - end - 4 >= length) finish()
    }
    socket.on('data', read).once('error', finish).once('close', lost)
    socket.write('GET / HTTP/1.1\r\nhost: service\r\naccept: application/json\r\n\r\n')
  })
}

test('a hung event loop fails the liveness probe, while it hangs and right after', async () => {
  const service = await start({ EVENT_LOOP_LIMIT_MS: '300' })
  const live = () => fetch(`${service.management}/livez`, { signal: AbortSignal.timeout(1000) })
  assert.equal((await live()).status, 200)
  service.child.kill('SIGSTOP')
  await assert.rejects(live(), { name: 'TimeoutError' })
  service.child.kill('SIGCONT')
  const after = await live()
  assert.equal(after.status, 503)
  assert.match(await after.text(), /^event loop was blocked for \d{3,} ms\n$/)
  service.child.kill('SIGKILL')
})

for (const [variable, value] of [
  ['PORT', 'tcp://10.96.0.1:80'],
  ['DRAIN_SECONDS', 'soon'],
  ['IMAGE_DIGEST', 'latest'],
] as const) {
  test(`${variable}=${value}: exit 78, and the log names the variable`, async () => {
    const child = spawnService({ [variable]: value })
    let output = ''
    child.stdout?.on('data', (part: Buffer) => (output += part.toString()))
    const [code] = (await once(child, 'close')) as [number]
    assert.equal(code, 78)
    assert.equal((JSON.parse(output) as { variable: string }).variable, variable)
    assert.match(output, new RegExp(`"msg":"${variable}: `))
  })
}

test('a port that is taken is an error, not a hang', async () => {
  const first = await start()
  const child = spawnService({ PORT: String(first.port) })
  const [code] = (await once(child, 'exit')) as [number]
  assert.equal(code, 1)
  first.child.kill('SIGTERM')
  assert.equal(await first.exit, 0)
})
