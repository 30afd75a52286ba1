import { fileURLToPath } from 'node:url'
import { loadCached } from './cached-script.ts'
import type { Io } from './io.ts'
import type { run } from './scripts/helm.ts'

// Everything else is imported where it is needed: the drop-in commands run many times a second.

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second one means it.
    if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    stop.abort()
  })
}

// A reader that has seen enough, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  env: process.env,
  isTerminal: process.stdout.isTTY === true,
  // Opening the standard input takes time.
  get canAsk() {
    return process.stdin.isTTY === true
  },
  ask: async (question) => {
    const { createInterface } = await import('node:readline/promises')
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return await lines.question(question)
    } finally {
      lines.close()
    }
  },
  signal: stop.signal,
}

/** What is worth keeping compiled is what these need; other commands of the two need less. */
const COMMON = new Set(['template', 'build'])

process.exitCode = await runSlipway(process.argv.slice(2))

// The drop-in commands take every argument as it is; ours go through the parser.
async function runSlipway(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args
  if (command === 'helm' || command === 'kustomize') return runScript(command, rest)
  try {
    if (command === 'kubectl') return await (await import('./commands/kubectl.ts')).run(rest, io)
    return await runOwn(args)
  } catch (error) {
    return (await import('./output/errors.ts')).printError(error, io)
  }
}

async function runScript(name: 'helm' | 'kustomize', args: readonly string[]): Promise<number> {
  const { exports, keep } = loadCached(fileURLToPath(new URL(`${name}.cjs`, import.meta.url)))
  const code = await (exports as { readonly run: typeof run }).run(args, io)
  if (code === 0 && COMMON.has(args[0] ?? '')) keep()
  return code
}

async function runOwn(args: readonly string[]): Promise<number> {
  const { makeProgram } = await import('./program.ts')
  const { CommanderError } = await import('commander')
  const { terminalOutput } = await import('./output/escape.ts')
  const shown = { stdout: terminalOutput(io.stdout), stderr: terminalOutput(io.stderr) }
  // Behind the same object: to copy it would open the standard input.
  const safe = io.isTerminal ? Object.assign(Object.create(io) as Io, shown) : io
  let exitCode = 0
  try {
    await makeProgram(safe, (code) => {
      exitCode = code
    }).parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : 2
  }
}
