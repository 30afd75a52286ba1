// A line of a log file: `<time> <tag> <text>`. The tag is F for the end of a line and P for a part of a long one, as in the files of a container runtime.
const LINE_LIMIT = 16 * 1024
const NEWLINE = 10
const PART = 'P'
const END = Buffer.from('\n')

/** Splits what a program wrote into entries of the log; what follows its last line end is left for later. */
export function entriesOf(
  written: Buffer,
  milliseconds: number,
): { readonly entries: Buffer[]; readonly left: Buffer } {
  const time = timeOf(milliseconds)
  const entries: Buffer[] = []
  let start = 0
  for (let end = written.indexOf(NEWLINE); end >= 0; end = written.indexOf(NEWLINE, start)) {
    for (; end - start > LINE_LIMIT; start += LINE_LIMIT)
      entries.push(entry(time, PART, written.subarray(start, start + LINE_LIMIT)))
    entries.push(entry(time, 'F', written.subarray(start, end)))
    start = end + 1
  }
  for (; written.length - start > LINE_LIMIT; start += LINE_LIMIT)
    entries.push(entry(time, PART, written.subarray(start, start + LINE_LIMIT)))
  return { entries, left: written.subarray(start) }
}

/** The last line of a program that did not end it. */
export function lastEntry(text: Buffer, milliseconds: number): Buffer {
  return entry(timeOf(milliseconds), 'F', text)
}

function entry(time: string, tag: string, text: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${time} ${tag} `), text, END])
}

// RFC 3339 with nine digits, as `kubectl logs --timestamps` prints it.
function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000000Z')
}

/** An entry of the log, taken apart. */
export interface LogEntry {
  readonly time: string
  readonly text: Buffer
  /** False for a part of a line that goes on in the next entry. */
  readonly isWhole: boolean
}

/** Reads an entry, without its line end. */
export function parseEntry(bytes: Buffer): LogEntry {
  const space = bytes.indexOf(32)
  const isWhole = bytes[space + 1] !== PART.charCodeAt(0)
  return { time: bytes.toString('latin1', 0, space), text: bytes.subarray(space + 3), isWhole }
}

/** Prints entries one after another: parts of a line stay together, and only its start gets the time. */
export class EntryPrinter {
  readonly #timestamps: boolean
  #atStart = true

  constructor(timestamps: boolean) {
    this.#timestamps = timestamps
  }

  print({ time, text, isWhole }: LogEntry): Buffer {
    const before = this.#timestamps && this.#atStart ? Buffer.from(`${time} `) : Buffer.alloc(0)
    this.#atStart = isWhole
    return Buffer.concat([before, text, ...(isWhole ? [END] : [])])
  }
}
