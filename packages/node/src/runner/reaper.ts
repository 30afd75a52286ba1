import { spawn } from 'node:child_process'

/** Ends process groups when this process is gone, however it went. */
export interface Reaper {
  add(pid: number): void
  remove(pid: number): void
  /** Tells it that all is well; it then goes without ending anything. */
  close(): void
}

/**
 * The reaper is a process of its own, out of our group, that holds the other end of a pipe: it learns which groups there are, and when the pipe closes without a
 * goodbye it sends SIGTERM to each, and SIGKILL after the grace.
 */
const SCRIPT = `
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
process.stdin.on('end', () => {
  if (goodbye || groups.size === 0) process.exit(0)
  const send = (signal) => { for (const pid of groups) try { process.kill(-pid, signal) } catch {} }
  send('SIGTERM')
  setTimeout(() => { send('SIGKILL'); process.exit(0) }, Number(process.argv[1]))
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
`

/** Starts the reaper; `grace` is how long processes have after SIGTERM, in milliseconds. */
export function startReaper(grace = 2000): Reaper {
  const child = spawn(process.execPath, ['-e', SCRIPT, String(grace)], {
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
