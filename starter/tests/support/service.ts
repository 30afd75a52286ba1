import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { run, STARTER, temporary } from './starter.ts'

/** One running pod's worth of the service. */
export interface Pod {
  readonly url: string
  readonly management: string
  stop(): Promise<void>
}

/** Installs and builds a copy of the service; gives its folder, or why npm could not. */
export async function buildService(): Promise<{ folder: string } | { failure: string }> {
  const folder = join(temporary(), 'app')
  cpSync(join(STARTER, 'app'), folder, { recursive: true })
  for (const args of [
    ['ci', '--ignore-scripts'],
    ['run', 'build'],
  ]) {
    const result = await run('npm', args, { cwd: folder })
    if (result.status !== 0) return { failure: `npm ${args.join(' ')}: ${result.stderr}` }
  }
  return { folder }
}

export async function startPod(folder: string, env: Readonly<Record<string, string>>): Promise<Pod> {
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: folder,
    env: { PORT: '0', MANAGEMENT_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { port, managementPort } = await startedEntry(child)
  return {
    url: `http://127.0.0.1:${port}`,
    management: `http://127.0.0.1:${managementPort}`,
    stop: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

interface Entry {
  readonly msg: string
  readonly port: number
  readonly managementPort: number
}

async function startedEntry(child: ChildProcess): Promise<Entry> {
  if (!child.stdout) throw new Error('no output')
  for await (const line of createInterface(child.stdout)) {
    const entry = JSON.parse(line) as Entry
    if (entry.msg !== 'started') continue
    child.stdout.resume()
    return entry
  }
  throw new Error('the service did not start')
}
