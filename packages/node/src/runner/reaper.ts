import { spawn } from 'node:child_process'

/** Ends process groups when this process is gone, however it went. */
export interface Reaper {
  add(pid: number): void
  remove(pid: number): void
  /** Tells it that all is well; it then goes without ending anything. */
  close(): void
}

/** How a reaper works. */
export interface ReaperOptions {
  /** How long processes have after SIGTERM, in milliseconds; default 2,000. */
  readonly grace?: number
  /** The value of `SLIPWAY_MARKER` in the environment of every process that is to end, whether its group was told in time or not. */
  readonly marker?: string
}

/**
 * The reaper is a process of its own, out of our group, that holds the other end of a pipe: it learns which groups there are, and when the pipe closes without a
 * goodbye it sends SIGTERM to each, and SIGKILL after the grace. Who dies between starting a process and telling of it leaves one that no group names: where there is
 * a /proc, its marker does.
 */
const SCRIPT = `
const { readdirSync, readFileSync } = require('node:fs')
const [grace, marker] = process.argv.slice(1)
const groups = new Set()
let rest = ''
let goodbye = false
process.stdin.on('data', (chunk) => {
  rest += chunk
  const lines = rest.split('\\n')
  rest = lines.pop()
  for (const line of lines) {
    if (line === 'bye') goodbye = true
    else if (line[0] === '+') groups.add(Number(line.slice(1)))
    else groups.delete(Number(line.slice(1)))
  }
})
const isMarked = (pid) => {
  try {
    return readFileSync('/proc/' + pid + '/environ', 'latin1').split('\\0').includes('SLIPWAY_MARKER=' + marker)
  } catch { return false }
}
const marked = () => {
  try {
    return marker === '' ? [] : readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && isMarked(name)).map(Number)
  } catch { return [] }
}
const end = (pid, signal) => { try { process.kill(pid, signal) } catch {} }
const send = (signal) => {
  for (const pid of groups) end(-pid, signal)
  for (const pid of marked()) end(pid, signal)
}
process.stdin.on('end', () => {
  if (goodbye) process.exit(0)
  send('SIGTERM')
  setTimeout(() => { send('SIGKILL'); process.exit(0) }, Number(grace))
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
`

/** Starts the reaper. */
export function startReaper({ grace = 2000, marker = '' }: ReaperOptions = {}): Reaper {
  const child = spawn(process.execPath, ['-e', SCRIPT, String(grace), Buffer.from(marker).toString('latin1')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  })
  child.unref()
  // If the reaper dies first there is nothing to tell it any more; pods then end with their own pipes.
  child.stdin.on('error', () => undefined)
  const send = (line: string): void => {
    if (!child.stdin.destroyed) child.stdin.write(`${line}\n`)
  }
  return {
    add: (pid) => send(`+${pid}`),
    remove: (pid) => send(`-${pid}`),
    close: () => {
      send('bye')
      child.stdin.end()
    },
  }
}
