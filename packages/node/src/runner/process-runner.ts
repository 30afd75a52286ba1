import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { endPackageScope, ownModulesHook } from '@slipway/images'
import { type Clock, systemClock } from '@slipway/objects'
import { NodeError } from '../errors.ts'
import type { ServiceResolver } from './answers.ts'
import { strayClient } from './clients.ts'
import { portConflict, remembered } from './conflict.ts'
import { type Discovery, startDiscovery } from './discovery.ts'
import { openGateway } from './gateway.ts'
import { NODE_HOOK } from './hook/hook.ts'
import { PYTHON_HOOK } from './hook/python.ts'
import { PortTable } from './port-table.ts'
import type { Reaper } from './reaper.ts'
import type { Exit, PodSandbox, ProcessHandle, ProcessSpec, Runner } from './runner.ts'

/** What the process runner needs. */
export interface ProcessRunnerOptions {
  /** The folder for pods; made with mode 0700. */
  readonly directory: string
  /** A short path for the gateway's socket (108 bytes at most). */
  readonly socket: string
  readonly services: () => ServiceResolver | undefined
  /** Ends the processes of pods when this process is gone. */
  readonly reaper: Reaper
  /** Marks every process of this cluster in its environment. */
  readonly marker: string
  /** Says when to look for ports of programs that cannot be redirected; default the system's. */
  readonly clock?: Clock
}

/** The runner that works everywhere: pods are process groups of the host, their listening sockets are redirected to free ports on 127.0.0.1. */
export interface ProcessRunner extends Runner {
  readonly table: PortTable
}

/** Starts the process runner. */
export async function startProcessRunner(options: ProcessRunnerOptions): Promise<ProcessRunner> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 })
  const hooks = await writeHooks(options.directory)
  const table = new PortTable()
  const sandboxes = new Map<string, PodSandbox>()
  const podAt = (ip: string): PodSandbox | undefined => sandboxes.get(ip)
  const discovery = startDiscovery({ table, clock: options.clock ?? systemClock })
  const discover = (): Promise<void> => discovery.scan()
  const gateway = await openGateway(options.socket, { table, services: options.services, podAt, discover })
  const addresses = new Addresses()
  const warned = new Set<string>()
  return {
    name: 'process',
    table,
    createSandbox: async (pod) => {
      const directory = join(options.directory, pod.uid)
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const { uid, namespace, name } = pod
      const sandbox = { uid, namespace, name, ip: addresses.take(pod.ip), directory }
      sandboxes.set(sandbox.ip, sandbox)
      return sandbox
    },
    start: (spec) => {
      warn(spec, warned)
      return start(spec, { options, hooks, socket: gateway.path, table, podAt, discovery })
    },
    locate: async (ip, port) => {
      if (table.find(ip, port, ip) === undefined) await discovery.scan()
      return table.find(ip, port, ip)
    },
    addressOf: (ip, port) => {
      const found = table.find(ip, port)
      if (found === undefined && sandboxes.has(ip)) discovery.poke(ip)
      return found
    },
    removeSandbox: async (sandbox) => {
      table.removePod(sandbox.ip)
      sandboxes.delete(sandbox.ip)
      for (const key of warned) if (key.startsWith(`${sandbox.uid} `)) warned.delete(key)
      addresses.release(sandbox.ip)
      await rm(sandbox.directory, { recursive: true, force: true, maxRetries: 3 })
    },
    close: () => {
      discovery.stop()
      return gateway.close()
    },
  }
}

// Probes run the same command again and again; one word of it is enough.
function warn(spec: ProcessSpec, warned: Set<string>): void {
  const notice = strayClient(spec)
  const key = `${spec.pod.uid} ${notice?.message ?? ''}`
  if (notice === undefined || warned.has(key)) return
  warned.add(key)
  spec.notice?.(notice)
}

interface Hooks {
  readonly node: string
  /** The folder of the module that Python loads first. */
  readonly python: string
}

async function writeHooks(directory: string): Promise<Hooks> {
  const hooks = { node: join(directory, 'node-hook.cjs'), python: join(directory, 'python-hook') }
  await writeFile(hooks.node, `${NODE_HOOK}${ownModulesHook(directory)}`, { mode: 0o600 })
  await endPackageScope(directory)
  await mkdir(hooks.python, { recursive: true, mode: 0o700 })
  await writeFile(join(hooks.python, 'sitecustomize.py'), PYTHON_HOOK, { mode: 0o600 })
  return hooks
}

interface Parts {
  readonly options: ProcessRunnerOptions
  readonly hooks: Hooks
  readonly socket: string
  readonly table: PortTable
  readonly podAt: (ip: string) => PodSandbox | undefined
  readonly discovery: Discovery
}

async function start(spec: ProcessSpec, parts: Parts): Promise<ProcessHandle> {
  const [program = '', ...args] = spec.argv
  const run = randomBytes(8).toString('hex')
  const child = spawn(program, args, {
    cwd: spec.cwd,
    env: environment(spec, run, parts),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  await spawned(child, program)
  const pid = child.pid ?? 0
  const { options, discovery, table } = parts
  options.reaper.add(pid)
  discovery.add({ run, pid, spec })
  child.stdin.on('error', () => child.stdin.destroy())
  const errors = remembered(child.stderr)
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      // What the program left behind goes with it, as with the last process of a container.
      killGroup(pid, 'SIGKILL')
      options.reaper.remove(pid)
      discovery.remove(run)
      table.removeRun(run)
      resolve(exitOf(code, signal))
    })
  })
  child.once('close', (code) => {
    if (code !== 0) explain(spec, errors.tail(), parts)
  })
  return {
    pid,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: errors.stream,
    exited,
    kill: (signal) => killGroup(pid, signal),
  }
}

function spawned(child: ChildProcessWithoutNullStreams, program: string): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'ENOENT'
          ? 'no such file or directory'
          : cause.code === 'EACCES'
            ? 'permission denied'
            : cause.message
      reject(new NodeError('CONTAINER_START', `exec: "${program}": ${why}`, { cause }))
    })
  })
}

function explain(spec: ProcessSpec, tail: string, { table, podAt }: Parts): void {
  portConflict(spec, tail, { table, podAt }).then(
    (notice) => notice !== undefined && spec.notice?.(notice),
    () => undefined,
  )
}

function environment(spec: ProcessSpec, run: string, { options, hooks, socket }: Parts): Record<string, string> {
  const { NODE_OPTIONS: node, PYTHONPATH: python } = spec.env
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...spec.env,
    HOME: spec.env['HOME'] ?? spec.pod.directory,
    TMPDIR: join(spec.pod.directory, 'tmp'),
    // Quoted as Node reads it: the state may be in a folder with spaces in its name.
    // What the program preloads itself comes after it.
    NODE_OPTIONS: `--require ${JSON.stringify(hooks.node)}${node === undefined ? '' : ` ${node}`}`,
    PYTHONPATH: python === undefined ? hooks.python : `${hooks.python}:${python}`,
    SLIPWAY_GATEWAY: socket,
    SLIPWAY_POD_IP: spec.pod.ip,
    SLIPWAY_RUN: run,
    SLIPWAY_MARKER: options.marker,
  }
}

function exitOf(code: number | null, signal: NodeJS.Signals | null): Exit {
  const number = signal === null ? 0 : (constants.signals[signal] ?? 0)
  return { code: code ?? 128 + number, signal: number }
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH' && (error as NodeJS.ErrnoException).code !== 'EPERM')
      throw error
  }
}

/** Gives out addresses of 10.244.0.0/16, the longest unused first, so that a stale connection does not reach a new pod. */
class Addresses {
  readonly #used = new Set<string>()
  #next = 2

  take(wanted: string | undefined): string {
    if (wanted !== undefined && wanted !== '') {
      this.#used.add(wanted)
      return wanted
    }
    for (;;) {
      const host = this.#next++
      if (this.#next > 65_534) this.#next = 2
      const address = `10.244.${host >> 8}.${host & 255}`
      if (this.#used.has(address) || (host & 255) === 0 || (host & 255) === 255) continue
      this.#used.add(address)
      return address
    }
  }

  release(address: string): void {
    this.#used.delete(address)
  }
}
