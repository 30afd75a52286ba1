import { PassThrough, type Readable, Writable } from 'node:stream'

const NOTICE =
  'slipway: pods have no terminal here (process runner). Programs show no prompt and get each line when you press Enter; Ctrl-C interrupts, Ctrl-D ends the input.\r\n'

const INTERRUPT = 3
const END_OF_INPUT = 4
const ERASE = new Set([8, 127])
const ERASE_LINE = 21
const ENTER = new Set([10, 13])
const ESCAPE = 27
const QUIT = 28
const TAB = 9
const SPACE = 32

/** The streams of a process that a client is joined to. */
export interface TerminalProcess {
  readonly stdin: Writable | null
  readonly stdout: Readable
  readonly stderr: Readable | null
  readonly exited: Promise<number>
  kill(): void
}

/**
 * Stands between a client with `-t` and a process without a terminal. The client's own terminal is raw then: it neither shows what is typed nor ends lines. So this edits
 * and shows lines as a terminal's line discipline does, turns keys into signals, and gives both outputs as one. It says first that there is no terminal.
 */
export function lineTerminal(process: TerminalProcess, signal: (signal: NodeJS.Signals) => void): TerminalProcess {
  const output = new PassThrough()
  output.write(NOTICE)
  const ended = [process.stdout, process.stderr].map((stream) => show(stream, output))
  Promise.all(ended)
    .then(() => output.end())
    .catch(() => output.destroy())
  const editor = new LineEditor({ echo: (bytes) => output.write(bytes), process, signal })
  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!output.writableEnded) for (const byte of chunk) editor.type(byte)
      done()
    },
    final: (done) => {
      process.stdin?.end()
      done()
    },
  })
  return {
    stdin: process.stdin === null ? null : stdin,
    stdout: output,
    stderr: null,
    exited: process.exited,
    kill: process.kill,
  }
}

function show(stream: Readable | null, output: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    if (stream === null) return resolve()
    stream.on('data', (chunk: Buffer) => output.write(withReturns(chunk)))
    stream.once('close', resolve)
    return undefined
  })
}

// A raw terminal goes down with a line feed, and not back to the left.
function withReturns(chunk: Buffer): Buffer {
  return Buffer.from(chunk.toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1')
}

interface EditorParts {
  readonly echo: (bytes: string | Buffer) => void
  readonly process: TerminalProcess
  readonly signal: (signal: NodeJS.Signals) => void
}

class LineEditor {
  readonly #parts: EditorParts
  #line: number[] = []
  #escape: '' | 'begun' | 'sequence' = ''

  constructor(parts: EditorParts) {
    this.#parts = parts
  }

  /** Takes one byte of what the user types. */
  type(byte: number): void {
    if (this.#isInEscape(byte)) return
    if (ENTER.has(byte)) this.#enter()
    else if (ERASE.has(byte)) this.#erase()
    else if (byte === ERASE_LINE) while (this.#line.length > 0) this.#erase()
    else if (byte === INTERRUPT) this.#interrupt('^C', 'SIGINT')
    else if (byte === QUIT) this.#interrupt('^\\', 'SIGQUIT')
    else if (byte === END_OF_INPUT) this.#endOfInput()
    else if (byte >= SPACE || byte === TAB) this.#insert(byte)
  }

  // Arrows and other keys that a line of this kind does not know: ESC [ ... letter, or ESC and one byte.
  #isInEscape(byte: number): boolean {
    if (this.#escape === '' && byte !== ESCAPE) return false
    if (byte === ESCAPE) this.#escape = 'begun'
    else if (this.#escape === 'begun') this.#escape = byte === 0x5b || byte === 0x4f ? 'sequence' : ''
    else if (byte >= 0x40) this.#escape = ''
    return true
  }

  #insert(byte: number): void {
    this.#line.push(byte)
    this.#parts.echo(Buffer.from([byte]))
  }

  #enter(): void {
    this.#parts.echo('\r\n')
    this.#send([...this.#line, 10])
  }

  #erase(): void {
    // The bytes of one character in UTF-8: those after the first begin with 10.
    let last = this.#line.pop()
    if (last === undefined) return
    while (last !== undefined && (last & 0xc0) === 0x80) last = this.#line.pop()
    this.#parts.echo('\b \b')
  }

  #interrupt(shown: string, signal: NodeJS.Signals): void {
    this.#line = []
    this.#parts.echo(`${shown}\r\n`)
    this.#parts.signal(signal)
  }

  #endOfInput(): void {
    if (this.#line.length === 0) this.#parts.process.stdin?.end()
    else this.#send(this.#line)
  }

  #send(bytes: readonly number[]): void {
    this.#line = []
    const { stdin } = this.#parts.process
    if (stdin?.writable === true) stdin.write(Buffer.from(bytes))
  }
}
