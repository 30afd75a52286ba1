import { ChartError } from '../errors.ts'

/** One entry of a tar archive. */
export interface TarEntry {
  readonly name: string
  /** `file` for all that holds data; links have none. */
  readonly kind: 'file' | 'directory' | 'other'
  readonly data: Uint8Array
}

const BLOCK = 512
const decoder = new TextDecoder()

/** Reads the entries of a tar archive (ustar, GNU long names, pax paths). Throws `CHART_ARCHIVE` for a damaged one. */
export function* readTar(bytes: Uint8Array): Generator<TarEntry> {
  let at = 0
  let longName: string | undefined
  while (at + BLOCK <= bytes.length) {
    const header = bytes.subarray(at, at + BLOCK)
    if (header.every((byte) => byte === 0)) return
    const { name, size, type } = readHeader(header)
    at += BLOCK
    if (at + size > bytes.length) throw damaged('unexpected EOF')
    const data = bytes.subarray(at, at + size)
    at += Math.ceil(size / BLOCK) * BLOCK
    if (type === 'L') longName = textOf(data)
    else if (type === 'x') longName = paxPath(data) ?? longName
    else if (type !== 'g' && type !== 'K') {
      const full = longName ?? name
      longName = undefined
      yield { name: full, kind: kindOf(type, full), data }
    }
  }
}

function readHeader(header: Uint8Array): { name: string; size: number; type: string } {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0)
  if (octal(header.subarray(148, 156)) !== sum) throw damaged('archive/tar: invalid tar header')
  const isUstar = textOf(header.subarray(257, 262)) === 'ustar'
  const isGnu = isUstar && header[262] === 32
  const prefix = isUstar && !isGnu ? textOf(header.subarray(345, 500)) : ''
  const name = textOf(header.subarray(0, 100))
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: octal(header.subarray(124, 136)),
    type: String.fromCharCode(header[156] ?? 0),
  }
}

function octal(field: Uint8Array): number {
  if (((field[0] ?? 0) & 0x80) !== 0) return binary(field)
  const text = textOf(field).trim()
  if (text === '') return 0
  if (!/^[0-7]+$/.test(text)) throw damaged('archive/tar: invalid tar header')
  return Number.parseInt(text, 8)
}

/** Sizes beyond 8 GiB, in base 256; all that big are refused anyway. */
function binary(field: Uint8Array): number {
  return field.reduce((total, byte, index) => total * 256 + (index === 0 ? byte & 0x7f : byte), 0)
}

function textOf(field: Uint8Array): string {
  const end = field.indexOf(0)
  return decoder.decode(end < 0 ? field : field.subarray(0, end))
}

/** The `path` record of a pax header: `length key=value`. */
function paxPath(data: Uint8Array): string | undefined {
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(32, at)
    const length = Number(decoder.decode(data.subarray(at, space)))
    if (space < 0 || !Number.isInteger(length) || length <= 0) throw damaged('archive/tar: invalid tar header')
    const record = decoder.decode(data.subarray(space + 1, at + length - 1))
    if (record.startsWith('path=')) return record.slice('path='.length)
    at += length
  }
  return undefined
}

function kindOf(type: string, name: string): TarEntry['kind'] {
  if (type === '5' || ((type === '0' || type === '\0') && name.endsWith('/'))) return 'directory'
  return type === '0' || type === '\0' || type === '7' ? 'file' : 'other'
}

function damaged(reason: string): ChartError {
  return new ChartError('CHART_ARCHIVE', reason, { hint: 'Package the chart again.' })
}
