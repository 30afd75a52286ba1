import { createInterface } from 'node:readline/promises'
import type { Io } from './io.ts'
import { printError } from './output/errors.ts'

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
  canAsk: process.stdin.isTTY === true,
  ask: async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return await lines.question(question)
    } finally {
      lines.close()
    }
  },
  signal: stop.signal,
}

process.exitCode = await runSlipway(process.argv.slice(2))

// The drop-in commands take every argument as it is; ours go through the parser.
async function runSlipway(args: readonly string[]): Promise<number> {
  try {
    const [command, ...rest] = args
    if (command === 'kustomize')
      return await (await import('./kustomize/run.ts')).runKustomize(rest, { ...io, now: () => new Date() })
    if (command === 'helm') return await (await import('./helm/index.ts')).runHelm(rest, io)
    if (command === 'kubectl') return await (await import('./commands/kubectl.ts')).run(rest, io)
    return await runOwn(args)
  } catch (error) {
    return printError(error, io)
  }
}

async function runOwn(args: readonly string[]): Promise<number> {
  const { makeProgram } = await import('./program.ts')
  const { CommanderError } = await import('commander')
  let exitCode = 0
  try {
    await makeProgram(io, (code) => {
      exitCode = code
    }).parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : 2
  }
}
