import type { SourceRange } from '@slipway/diag'
import { readCommand, readJsonWords, splitFlags } from './command.ts'
import { splitWords } from './lines.ts'
import type { Command, Flag, Instruction, Pair } from './types.ts'

/** The joined text of one instruction, and where it is. */
export interface RawInstruction {
  readonly text: string
  readonly range: SourceRange
  readonly escape: string
}

/** Either the instruction, or why it is none: `unsupported` for what Docker would take and this reader does not. */
export type Read = Instruction | { readonly fault: string; readonly unsupported?: true; readonly hint?: string }

type Reader = (raw: RawInstruction) => Read

const COPY_FLAGS = new Set(['from', 'chown', 'chmod', 'link'])
const RUN_FLAGS = new Set(['mount', 'network'])
const HEALTHCHECK_FLAGS = new Set(['interval', 'timeout', 'start-period', 'start-interval', 'retries'])

/** How each instruction is read, by keyword; `FROM` is not among them, it starts a stage. */
export const READERS: Readonly<Record<string, Reader>> = {
  ARG: readArg,
  ENV: (raw) => readPairs('ENV', raw),
  LABEL: (raw) => readPairs('LABEL', raw),
  RUN: readRun,
  COPY: (raw) => readCopy('COPY', raw),
  ADD: (raw) => readCopy('ADD', raw),
  CMD: (raw) => readCommandLine('CMD', raw),
  ENTRYPOINT: (raw) => readCommandLine('ENTRYPOINT', raw),
  SHELL: readShell,
  WORKDIR: (raw) => readWord('WORKDIR', raw),
  USER: (raw) => readWord('USER', raw),
  STOPSIGNAL: (raw) => readWord('STOPSIGNAL', raw),
  MAINTAINER: (raw) => readWord('MAINTAINER', raw),
  EXPOSE: (raw) => readWords('EXPOSE', raw),
  VOLUME: (raw) => readWords('VOLUME', raw),
  HEALTHCHECK: readHealthcheck,
  ONBUILD: () => ({
    fault: 'ONBUILD is not supported',
    unsupported: true,
    hint: 'move the trigger into the Dockerfiles that build on this image',
  }),
}

function readArg(raw: RawInstruction): Read {
  const words = splitWords(raw.text, raw.escape)
  if (words.length === 0) return { fault: 'ARG needs a name' }
  const args = words.map((word) => {
    const equals = word.indexOf('=')
    return equals < 0
      ? { name: word, value: undefined }
      : { name: word.slice(0, equals), value: word.slice(equals + 1) }
  })
  return args.every((arg) => arg.name !== '')
    ? { keyword: 'ARG', ...common(raw), args }
    : { fault: 'ARG needs a name before =' }
}

function readPairs(keyword: 'ENV' | 'LABEL', raw: RawInstruction): Read {
  const words = splitWords(raw.text, raw.escape)
  const first = words[0]
  if (first === undefined) return { fault: `${keyword} needs a name and a value` }
  if (!first.includes('=')) return oldPair(keyword, raw)
  const pairs: Pair[] = []
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals <= 0) return { fault: `'${word}' in ${keyword} is no name=value` }
    pairs.push({ name: word.slice(0, equals), value: word.slice(equals + 1) })
  }
  return { keyword, ...common(raw), pairs }
}

function oldPair(keyword: 'ENV' | 'LABEL', raw: RawInstruction): Read {
  const match = /^(\S+)\s+(.+)$/s.exec(raw.text)
  if (match === null) return { fault: `${keyword} ${raw.text} has no value` }
  return { keyword, ...common(raw), pairs: [{ name: match[1] ?? '', value: match[2] ?? '' }] }
}

function readRun(raw: RawInstruction): Read {
  const { flags, rest } = splitFlags(raw.text)
  const command = rest === '' ? undefined : readCommand(rest)
  if (command === undefined) return { fault: 'RUN needs a command, or an array of strings' }
  return unknownFlag('RUN', flags, RUN_FLAGS) ?? { keyword: 'RUN', ...common(raw), flags, command }
}

function readCopy(keyword: 'COPY' | 'ADD', raw: RawInstruction): Read {
  const { flags, rest } = splitFlags(raw.text)
  const json = readJsonWords(rest)
  if (json !== undefined && 'wrong' in json) return { fault: `${keyword} needs an array of strings` }
  const words = json?.words ?? splitBlanks(rest)
  const destination = words.at(-1)
  if (destination === undefined || words.length < 2) return { fault: `${keyword} needs a source and a destination` }
  const fault = unknownFlag(keyword, flags, COPY_FLAGS)
  return fault ?? { keyword, ...common(raw), flags, sources: words.slice(0, -1), destination }
}

/** Without arguments it takes back what the base image says. */
function readCommandLine(keyword: 'CMD' | 'ENTRYPOINT', raw: RawInstruction): Read {
  const command: Command | undefined = raw.text === '' ? { form: 'exec', argv: [] } : readCommand(raw.text)
  return command === undefined
    ? { fault: `${keyword} needs an array of strings` }
    : { keyword, ...common(raw), command }
}

function readShell(raw: RawInstruction): Read {
  const command = readCommand(raw.text)
  return command?.form === 'exec' && command.argv.length > 0
    ? { keyword: 'SHELL', ...common(raw), command }
    : { fault: 'SHELL needs an array of strings' }
}

function readWord(keyword: 'WORKDIR' | 'USER' | 'STOPSIGNAL' | 'MAINTAINER', raw: RawInstruction): Read {
  return raw.text === '' ? { fault: `${keyword} needs a value` } : { keyword, ...common(raw), value: raw.text }
}

function readWords(keyword: 'EXPOSE' | 'VOLUME', raw: RawInstruction): Read {
  const json = keyword === 'VOLUME' ? readJsonWords(raw.text) : undefined
  if (json !== undefined && 'wrong' in json) return { fault: `${keyword} needs an array of strings` }
  const words = json?.words ?? splitBlanks(raw.text)
  return words.length === 0 ? { fault: `${keyword} needs a value` } : { keyword, ...common(raw), words }
}

function readHealthcheck(raw: RawInstruction): Read {
  const { flags, rest } = splitFlags(raw.text)
  const fault = unknownFlag('HEALTHCHECK', flags, HEALTHCHECK_FLAGS)
  if (fault !== undefined) return fault
  const retries = flags.find(({ name }) => name === 'retries')?.value
  if (retries !== undefined && !/^\d+$/.test(retries)) return { fault: `HEALTHCHECK --retries=${retries} is no number` }
  if (/^none$/i.test(rest)) return { keyword: 'HEALTHCHECK', ...common(raw), flags, command: undefined }
  const text = /^cmd\s+(.+)$/is.exec(rest)?.[1]
  const command: Command | undefined = text === undefined ? undefined : readCommand(text)
  if (command === undefined) return { fault: 'HEALTHCHECK needs NONE or CMD with a command' }
  return { keyword: 'HEALTHCHECK', ...common(raw), flags, command }
}

/** Quotes and escapes do not join words here: Docker takes `COPY "a b" c` for three words, and has the JSON form for blanks. */
function splitBlanks(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

function unknownFlag(keyword: string, flags: readonly Flag[], known: ReadonlySet<string>): Read | undefined {
  const flag = flags.find(({ name }) => !known.has(name))
  return flag === undefined ? undefined : { fault: `${keyword} --${flag.name} is not supported`, unsupported: true }
}

function common(raw: RawInstruction): { range: SourceRange; text: string } {
  return { range: raw.range, text: raw.text }
}
