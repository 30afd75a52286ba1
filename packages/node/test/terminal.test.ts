import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { eventually } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { lineTerminal } from '../src/container/terminal.ts'

const NOTICE = /^slipway: pods have no terminal here .*\r\n/

function run(script: string) {
  const child = spawn('sh', ['-c', script], { detached: true })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'close').then(([code]) => Number(code))
  const { stdin, stdout, stderr } = child
  const terminal = lineTerminal({ stdin, stdout, stderr, exited, kill: () => undefined }, (signal) => {
    process.kill(-(child.pid ?? 0), signal)
  })
  const seen = { text: '' }
  terminal.stdout.setEncoding('utf8').on('data', (chunk) => (seen.text += String(chunk)))
  const type = (keys: string): void => void terminal.stdin?.write(Buffer.from(keys))
  const shown = (): string => seen.text.replace(NOTICE, '')
  return { terminal, type, shown, seen, exited }
}

test('says that there is no terminal, and gives both outputs as one, for a raw screen', async () => {
  const { terminal, shown, seen, exited } = run('echo out; echo err >&2; exit 4')
  expect(await exited).toBe(4)
  await eventually(() => expect(terminal.stdout.readableEnded).toBe(true))
  expect(seen.text).toMatch(NOTICE)
  expect(shown().split('\r\n').toSorted()).toEqual(['', 'err', 'out'])
  expect(terminal.stderr).toBeNull()
})

test('shows and edits a line, and sends it with Enter', async () => {
  const { type, shown, exited } = run('read line; echo "[$line]"')
  type('hellp\u007fö\u007fo \u001b[Ax\r')
  await eventually(() => expect(shown()).toContain('[hello x]\r\n'))
  expect(shown().startsWith('hellp\b \bö\b \bo x\r\n')).toBe(true)
  expect(await exited).toBe(0)
})

test('Ctrl-D ends the input, and Ctrl-C interrupts', async () => {
  const cat = run('cat; echo over')
  cat.type('one\r\u0004')
  await eventually(() => expect(cat.shown()).toBe('one\r\none\r\nover\r\n'))
  const caught = run("trap 'echo caught; exit 3' INT; echo ready; while :; do read x; done")
  await eventually(() => expect(caught.shown()).toContain('ready'))
  caught.type('half\u0003')
  expect(await caught.exited).toBe(3)
  await eventually(() => expect(caught.shown()).toContain('half^C\r\ncaught\r\n'))
})
