import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { isSystemError } from '@slipway/diag'
import { ImageError } from '../errors.ts'
import type { BuildRequest } from '../types.ts'

/** A program to run to its end. */
export interface ProcessCall {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly request: Pick<BuildRequest, 'log' | 'signal' | 'processes'>
}

const TAIL_LINES = 15
const LONGEST_LINE = 16 * 1024

/**
 * Runs a program in a process group of its own; each line of its output goes to the log, the last ones are kept for the error.
 * 'missing' where the program does not exist. @throws ImageError `IMAGE_CANCELLED` when the signal ends it
 */
export async function runProcess(call: ProcessCall): Promise<'missing' | { code: number; tail: readonly string[] }> {
  const { signal } = call.request
  refuseCancelled(signal)
  const [program = '', ...args] = call.argv
  const child = spawn(program, args, {
    cwd: call.cwd,
    env: call.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const tail: string[] = []
  const take = (line: string): void => {
    call.request.log(line)
    tail.push(line)
    if (tail.length > TAIL_LINES) tail.shift()
  }
  const output = Promise.all([readLines(child.stdout, take), readLines(child.stderr, take)])
  const code = await ending(child, call.request)
  if (code === 'missing') return code
  await output
  refuseCancelled(signal)
  return { code, tail }
}

/** Waits for the program's end; ends its whole group when the signal comes, and in any case what it left behind. */
function ending(child: ChildProcess, request: ProcessCall['request']): Promise<number | 'missing'> {
  const { pid } = child
  const kill = (): void => endGroup(pid)
  if (pid !== undefined) request.processes?.started(pid)
  request.signal?.addEventListener('abort', kill, { once: true })
  return new Promise<number | 'missing'>((resolve, reject) => {
    child.on('error', (error) => (isSystemError(error, 'ENOENT') ? resolve('missing') : reject(error)))
    child.on('exit', (code) => resolve(code ?? 137))
  }).finally(() => {
    request.signal?.removeEventListener('abort', kill)
    kill()
    if (pid !== undefined) request.processes?.ended(pid)
  })
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (!isSystemError(error, 'ESRCH') && !isSystemError(error, 'EPERM')) throw error
  }
}

/** Lines are cut where they get too long: a program that prints a gigabyte without a line break must not fill our memory. */
async function readLines(stream: Readable, take: (line: string) => void): Promise<void> {
  let rest = ''
  stream.setEncoding('utf8')
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
    if (rest.length < LONGEST_LINE) continue
    take(rest)
    rest = ''
  }
  if (rest !== '') take(rest)
}

/** @throws ImageError `IMAGE_CANCELLED` once the signal came */
export function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal)
}

/** The error for a build whose caller gave up. */
export function cancelled(signal: AbortSignal): ImageError {
  return new ImageError('IMAGE_CANCELLED', 'the build was cancelled', { cause: signal.reason, hint: 'start it again' })
}
