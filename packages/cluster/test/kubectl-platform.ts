import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPlatform } from '@slipway/cluster'
import { openState } from '@slipway/state'
import type { Client } from '@slipway/client'
import { type LocalImage, startReaper } from '@slipway/node'
import { systemClock } from '@slipway/objects'

// Says which lines it gets, ends with 7 at `end`, and answers probes.
const PROGRAM = `const answers = { '/livez': 'alive', '/readyz': 'ready', '/big': 'x'.repeat(200000) }
function work() { for (const until = Date.now() + 200; Date.now() < until; ); return 'worked' }
require('node:http').createServer((request, response) => {
  const answer = request.url === '/work' ? work() : answers[request.url]
  response.writeHead(answer === undefined ? 404 : 200).end(answer)
}).listen(8080, () => console.log('ready'))
process.on('SIGTERM', () => process.exit(0))
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  console.log('got ' + line)
  if (line === 'end') process.exit(7)
})
`

/** A finished kubectl. */
export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A kubectl that runs: what it has said so far, and how it ends. */
export interface Running {
  readonly child: ChildProcess
  readonly said: { stdout: string; stderr: string }
  readonly ended: Promise<Ran>
}

/** The whole platform in this process, with a kubeconfig and one image, `shop`. */
export interface Place {
  readonly client: Client
  readonly kubeconfig: string
  /** A folder that is gone after `stop`. */
  readonly folder: string
  /** Starts a kubectl; its input stays open. */
  start(path: string, args: readonly string[]): Running
  stop(): Promise<void>
}

/** Starts the API over TLS, controllers, metrics, Services, and a node whose pods are processes. */
export async function startPlace(): Promise<Place> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-kubectl-')))
  const image = await shopImage(join(folder, 'image'))
  const state = await openState(join(folder, 'state'))
  const marker = `${state.directory}:kubectl`
  const reaper = startReaper({ marker })
  const images = { find: async (name: string) => (/^shop(:|$)/.test(name) ? image : undefined) }
  const onError = (): void => undefined
  const platform = await startPlatform({ state, clock: systemClock, images, reaper, marker, onError })
  await state.announce({
    pid: process.pid,
    server: platform.server,
    git: 'http://127.0.0.1:1/none.git',
    repository: folder,
    startedAt: Date.now(),
  })
  const children = new Set<ChildProcess>()
  return {
    client: platform.client,
    kubeconfig: state.kubeconfig,
    folder,
    start: (path, args) => {
      const child = spawn(path, args, {
        cwd: folder,
        env: { ...process.env, HOME: folder, KUBECONFIG: state.kubeconfig },
      })
      children.add(child)
      return running(child)
    },
    stop: async () => {
      for (const child of children) child.kill('SIGKILL')
      await platform.stop(100)
      reaper.close()
      await state.release()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function shopImage(rootfs: string): Promise<LocalImage> {
  await mkdir(join(rootfs, 'app'), { recursive: true })
  await writeFile(join(rootfs, 'app/main.js'), PROGRAM)
  return { id: 'shop@sha256:0', rootfs, entrypoint: ['node'], cmd: ['main.js'], env: [], workingDir: '/app' }
}

function running(child: ReturnType<typeof spawn>): Running {
  const said = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => (said.stdout += String(chunk)))
  child.stderr?.on('data', (chunk) => (said.stderr += String(chunk)))
  // kubectl may be gone before it read all of its input.
  child.stdin?.on('error', () => undefined)
  const ended = new Promise<Ran>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...said }))
  })
  return { child, said, ended }
}
