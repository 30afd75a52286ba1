/** Where a command writes. */
export interface Output {
  write(text: string): boolean
}

/** What a command gets of the process: nothing else of it is used. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The standard output is a terminal. */
  readonly isTerminal: boolean
  /** The standard input is a terminal, so that a question can be asked. */
  readonly canAsk: boolean
  /** Asks a question that is answered by one line. */
  readonly ask: (question: string) => Promise<string>
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
}

/** How a command ended: the exit code of the process. 0 done, 1 not so, 2 wrong use or a fault; `docs/exit-codes.md` lists them. */
export type ExitCode = number

/** A mistake in how a command was called. */
export class UsageError extends Error {}
