import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { eventually, FakeClock, temporaryDirectory } from '@slipway/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ContainerLog, type LogOptions } from '../src/pod/logs.ts'
import { nodeCluster } from './cluster.ts'

const MIB = 1024 * 1024

async function log() {
  const directory = await temporaryDirectory()
  const clock = new FakeClock()
  const made = new ContainerLog(directory, clock)
  onTestFinished(() => made.end())
  await made.begin()
  return { directory, clock, log: made }
}

async function text(made: ContainerLog, options: LogOptions = {}): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of made.read(options, undefined)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const say = (made: ContainerLog, words: string | Uint8Array): Promise<void> =>
  made.take(Readable.from([Buffer.from(words)]))

/** Reads as a client that stays: what it got so far, and whether it was told the end. */
function follow(made: ContainerLog, options: LogOptions = {}) {
  const seen = { text: '', ended: false }
  const stop = new AbortController()
  const done = (async () => {
    for await (const chunk of made.read({ follow: true, ...options }, stop.signal))
      seen.text += Buffer.from(chunk).toString()
    seen.ended = true
  })()
  onTestFinished(async () => {
    stop.abort()
    await done
  })
  return seen
}

describe('a log', () => {
  test('keeps bytes that are no text, lines longer than 16 KiB, and a last line without an end', async () => {
    const { log: made, clock } = await log()
    const bytes = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
      Buffer.from('x'.repeat(50_000)),
      Buffer.from('\nend'),
    ])
    await say(made, bytes)
    const chunks: Uint8Array[] = []
    for await (const chunk of made.read({}, undefined)) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(Buffer.concat([bytes, Buffer.from('\n')]))).toBe(true)
    const stamp = `${new Date(clock.now()).toISOString().replace('Z', '000000Z')} `
    expect((await text(made, { timestamps: true })).split(stamp)).toHaveLength(4)
  })

  test('gives the last lines, those since a time, and no more bytes than asked for', async () => {
    const { log: made, clock } = await log()
    await say(made, 'one\ntwo\n')
    await clock.advance(10_000)
    const since = clock.now()
    await say(made, 'three\nfour\n')
    expect(await text(made, { tailLines: 3 })).toBe('two\nthree\nfour\n')
    expect(await text(made, { tailLines: 0 })).toBe('')
    expect(await text(made, { tailLines: 99 })).toBe('one\ntwo\nthree\nfour\n')
    expect(await text(made, { sinceTime: since })).toBe('three\nfour\n')
    expect(await text(made, { sinceTime: since, tailLines: 1 })).toBe('four\n')
    expect(await text(made, { limitBytes: 6 })).toBe('one\ntw')
  })

  test('gives its last lines over the border of two files', async () => {
    const { log: made, directory } = await log()
    await say(made, `${'a'.repeat(1000)}\n`.repeat(11_000))
    await say(made, 'b\nc\n')
    const files = await readdir(join(directory, '0'))
    expect(files.toSorted()).toEqual(['0.log', '1.log'])
    const lines = (await text(made, { tailLines: 2000 })).split('\n')
    expect(lines).toHaveLength(2001)
    expect(lines.slice(-3)).toEqual(['b', 'c', ''])
  })

  test('of the run before the last restart is kept, and none before that', async () => {
    const { log: made, directory, clock } = await log()
    for (const word of ['first', 'second', 'third']) {
      await say(made, `${word}\n`)
      if (word !== 'third') await made.begin()
    }
    expect(await text(made)).toBe('third\n')
    expect(await text(made, { previous: true })).toBe('second\n')
    expect(await readdir(directory)).toHaveLength(2)
    // As after a restart of the node.
    const again = new ContainerLog(directory, clock)
    onTestFinished(() => again.end())
    await again.begin()
    expect(await text(again, { previous: true })).toBe('third\n')
  })
})

describe('a reader that follows', () => {
  test('gets the lines to come, with their options, and the end when the run is over', async () => {
    const { log: made, clock } = await log()
    await say(made, 'old\nolder\n')
    const all = follow(made)
    const tail = follow(made, { tailLines: 1, timestamps: true })
    const short = follow(made, { tailLines: 0, limitBytes: 5 })
    const later = follow(made, { sinceTime: clock.now() + 5_000 })
    await eventually(() => expect(all.text).toBe('old\nolder\n'))
    await clock.advance(10_000)
    await say(made, 'new\nnewer\n')
    await eventually(() => expect(all.text).toBe('old\nolder\nnew\nnewer\n'))
    await eventually(() => expect(later.text).toBe('new\nnewer\n'))
    await eventually(() => expect(tail.text.match(/^\S+Z (older|new|newer)$/gm)).toHaveLength(3))
    await eventually(() => expect(short).toEqual({ text: 'new\nn', ended: true }))
    expect(all.ended).toBe(false)
    await made.end()
    await eventually(() => expect([all.ended, tail.ended, later.ended]).toEqual([true, true, true]))
  })

  test('of a run that is over ends, and gets nothing of the next one', async () => {
    const { log: made } = await log()
    await say(made, 'one\n')
    const before = follow(made)
    await eventually(() => expect(before.text).toBe('one\n'))
    await made.begin()
    await say(made, 'two\n')
    await eventually(() => expect(before).toEqual({ text: 'one\n', ended: true }))
  })

  test('loses no line where files are rotated', async () => {
    const { log: made } = await log()
    const program = new PassThrough()
    const taken = made.take(program)
    let bytes = 0
    const stop = new AbortController()
    const reading = (async () => {
      for await (const chunk of made.read({ follow: true }, stop.signal)) bytes += chunk.length
    })()
    const block = Buffer.from(`${'x'.repeat(999)}\n`.repeat(1000))
    for (let count = 1; count <= 25; count++) {
      program.write(block)
      await eventually(() => expect(bytes).toBe(count * block.length), { within: 20_000 })
    }
    program.end()
    await taken
    await made.end()
    await reading
    expect(bytes).toBe(25 * block.length)
  })

  test('of a large log reads each byte once', async () => {
    const { log: made } = await log()
    await say(made, `${'x'.repeat(199)}\n`.repeat((35 * MIB) / 200))
    const reader = follow(made, { tailLines: 1 })
    await eventually(() => expect(reader.text).toHaveLength(200))
    const before = process.resourceUsage()
    for (let count = 1; count <= 50; count++) {
      await say(made, `tick ${count}\n`)
      await eventually(() => expect(reader.text).toContain(`tick ${count}\n`))
    }
    const { userCPUTime, systemCPUTime } = process.resourceUsage()
    // To read the whole log for each line took more than 100 ms each.
    expect(userCPUTime - before.userCPUTime + systemCPUTime - before.systemCPUTime).toBeLessThan(2_500_000)
  })
})

describe('kubectl logs -f', () => {
  const PROGRAM = `console.log('hello'); process.on('SIGUSR1', () => { console.log('bye'); process.exit(0) }); setInterval(() => {}, 1000)`

  test('ends with the container that it follows, and at once where that has ended', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('job:1', PROGRAM)
    await cluster.createPod('job', { image: 'job:1' }, { restartPolicy: 'Never' })
    const seen = { text: '', ended: false }
    await eventually(async () => expect((await cluster.pod('job')).status.phase).toBe('Running'))
    const reading = (async () => {
      const query = new URLSearchParams({ follow: 'true' })
      for await (const chunk of cluster.node.logs(await cluster.pod('job'), query, undefined))
        seen.text += Buffer.from(chunk).toString()
      seen.ended = true
    })()
    await eventually(() => expect(seen).toEqual({ text: 'hello\n', ended: false }))
    process.kill(cluster.node.processes()[0]?.pid ?? 0, 'SIGUSR1')
    await reading
    expect(seen.text).toBe('hello\nbye\n')
    await eventually(async () => expect((await cluster.pod('job')).status.phase).toBe('Succeeded'))
    let again = ''
    for await (const chunk of cluster.node.logs(
      await cluster.pod('job'),
      new URLSearchParams({ follow: 'true' }),
      undefined,
    ))
      again += Buffer.from(chunk).toString()
    expect(again).toBe('hello\nbye\n')
  })
})
