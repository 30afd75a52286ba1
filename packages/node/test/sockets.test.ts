import { eventually } from '@slipway/testkit'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { strayClient } from '../src/runner/clients.ts'
import { listeningOfGroups, parseLsof } from '../src/runner/lsof.ts'
import { PortTable } from '../src/runner/port-table.ts'
import { holdersOf, listeningSockets, parseSockets } from '../src/runner/sockets.ts'

// Lines of a real machine: listening on all addresses and on loopback, and one connection.
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:494D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 114321 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 114322 1 0000000000000000 100 0 0 10 0
   2: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 114323 1 0000000000000000 20 4 30 10 -1
`
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 21 1 0000000000000000 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:0052 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 22 1 0000000000000000 100 0 0 10 0
   3: B80D0120000000000000000001000000:0053 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 23 1 0000000000000000 100 0 0 10 0
`

describe('listening sockets', () => {
  test('are read from the tables of the kernel', () => {
    expect(parseSockets(TCP)).toEqual([
      { host: '0.0.0.0', port: 0x494d, inode: '114321' },
      { host: '127.0.0.1', port: 8080, inode: '114322' },
    ])
    expect(parseSockets(TCP6).map(({ host, port }) => [host, port])).toEqual([
      ['::', 80],
      ['::1', 81],
      ['127.0.0.1', 82],
      ['2001:db8:0:0:0:0:0:1', 83],
    ])
  })

  test('are read from what lsof prints', () => {
    expect(parseLsof('p24383\ng24287\nf3\nn127.0.0.1:18999\nf4\nn*:80\np5\ng5\nf9\nn[::1]:8080\n')).toEqual([
      { pid: 24383, group: 24287, host: '127.0.0.1', port: 18999 },
      { pid: 24383, group: 24287, host: '0.0.0.0', port: 80 },
      { pid: 5, group: 5, host: '::1', port: 8080 },
    ])
  })

  test.skipIf(!existsSync('/proc/net/tcp'))("are this machine's, with the process that holds them", async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const socket = (await listeningSockets()).find((each) => each.port === port)
    expect(socket).toMatchObject({ host: '127.0.0.1' })
    const stat = execFileSync('ps', ['-o', 'pgid=', '-p', String(process.pid)], { encoding: 'utf8' })
    const holders = await holdersOf(new Set([Number(stat)]))
    expect(holders.find(({ pid }) => pid === process.pid)?.inodes).toContain(socket?.inode)
  })

  test.skipIf(!hasLsof())('of a process group are found by lsof', async () => {
    const program = `const s = require('node:net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port))`
    const child = spawn(process.execPath, ['-e', program], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const pid = child.pid ?? 0
    await eventually(async () =>
      expect(await listeningOfGroups(new Set([pid]))).toEqual([
        { pid, group: pid, host: '127.0.0.1', port: Number(line.toString()) },
      ]),
    )
  })
})

function hasLsof(): boolean {
  try {
    execFileSync('lsof', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('the table of ports', () => {
  const one = { run: 'a', ip: '10.244.0.2', port: 80, hostPort: 40_000, pid: 1, local: false }

  test('gives a port of a pod to one living program, and to its workers', () => {
    const dead = new Set<number>()
    const table = new PortTable((pid) => !dead.has(pid))
    expect(table.add(one)).toBe(true)
    expect(table.add({ ...one, pid: 2 })).toBe(true)
    expect(table.add({ ...one, run: 'b', pid: 3, hostPort: 40_001 })).toBe(false)
    expect(table.add({ ...one, run: 'b', pid: 3, hostPort: 40_001, local: true })).toBe(false)
    table.remove(one)
    expect(table.find(one.ip, 80)).toEqual({ host: '127.0.0.1', port: 40_000 })
    dead.add(2)
    expect(table.add({ ...one, run: 'b', pid: 3, hostPort: 40_001 })).toBe(true)
    table.removeRun('b')
    expect(table.find(one.ip, 80)).toBeUndefined()
  })

  test('forgets whoever had a port of the host that another pod has now', () => {
    const table = new PortTable(() => true)
    table.add(one)
    table.add({ ...one, run: 'b', ip: '10.244.0.3', port: 81, pid: 2 })
    expect(table.find(one.ip, 80)).toBeUndefined()
    expect(table.find('10.244.0.3', 81)).toEqual({ host: '127.0.0.1', port: 40_000 })
  })
})

test.each([
  [['curl', '-f', 'http://localhost:8080/healthz'], 'calls localhost by curl'],
  [['/bin/sh', '-c', 'wget -qO- 127.0.0.1:80 || exit 1'], 'calls 127.0.0.1 by wget'],
  [['sh', '-c', 'sleep 1; curl http://web.prod.svc/'], 'calls web.prod.svc by curl'],
  [['curl', 'https://example.com/localhost.html'], undefined],
  [['node', 'server.js', '--host', 'localhost'], undefined],
  [['sh', '-c', 'echo curly localhost'], undefined],
])('of %j is said: %s', (argv, said) => {
  const notice = strayClient({ argv, container: 'main' })
  if (said === undefined) expect(notice).toBeUndefined()
  else expect(notice?.message).toContain(said)
})
