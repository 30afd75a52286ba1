import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Starts programs with their output in files of a folder, and ends all of them again, the last one first. */
export function processGroup(folder) {
  const running = []
  return {
    pids: () => running.map(({ pid }) => pid),
    start: (name, program, args, env = {}) => {
      const child = spawn(program, args, {
        env: { ...process.env, ...env },
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const log = createWriteStream(join(folder, `${name}.log`))
      child.stdout.pipe(log, { end: false })
      child.stderr.pipe(log, { end: false })
      child.on('error', (error) => log.write(String(error)))
      running.push(child)
      return child
    },
    stop: async () => {
      for (const child of running.toReversed()) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        const ended = new Promise((resolve) => child.on('exit', resolve))
        child.kill('SIGTERM')
        await Promise.race([ended, pause(5_000).then(() => child.kill('SIGKILL'))])
      }
    },
  }
}

/** A port that nobody uses now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Asks again and again until the answer is truthy; names what it waited for when the time is over. */
export async function until(what, ask, { within = 180_000, every = 100 } = {}) {
  const end = Date.now() + within
  let last
  while (Date.now() < end) {
    try {
      last = await ask()
      if (last) return last
    } catch (error) {
      last = error
    }
    await pause(every)
  }
  throw new Error(
    `${what} did not come in ${within / 1000} s; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  )
}
