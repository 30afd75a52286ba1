import { concatBytes } from '../bytes.ts'

/** DER encoding of what a certificate is made of. */
export const der = {
  sequence: (...items: readonly Uint8Array[]) => tagged(0x30, concatBytes(...items)),
  set: (...items: readonly Uint8Array[]) => tagged(0x31, concatBytes(...items)),
  integer: (bytes: Uint8Array) => tagged(0x02, unsigned(bytes)),
  boolean: (value: boolean) => tagged(0x01, Uint8Array.of(value ? 0xff : 0)),
  octets: (bytes: Uint8Array) => tagged(0x04, bytes),
  bits: (bytes: Uint8Array, unused = 0) => tagged(0x03, concatBytes(Uint8Array.of(unused), bytes)),
  oid: (text: string) => tagged(0x06, oidBytes(text)),
  text: (text: string) =>
    tagged(/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text) ? 0x13 : 0x0c, new TextEncoder().encode(text)),
  null: () => Uint8Array.of(0x05, 0),
  context: (number: number, content: Uint8Array, constructed = false) =>
    tagged(0x80 | (constructed ? 0x20 : 0) | number, content),
  time,
}

function tagged(tag: number, content: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(tag), lengthBytes(content.length), content)
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const bytes: number[] = []
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256)
  return Uint8Array.of(0x80 | bytes.length, ...bytes)
}

function unsigned(bytes: Uint8Array): Uint8Array {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const kept = bytes.subarray(start)
  return Number(kept[0]) >= 0x80 ? concatBytes(Uint8Array.of(0), kept) : kept
}

function oidBytes(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const out = [first * 40 + second]
  for (const number of rest) {
    const groups = [number & 127]
    for (let left = number >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128)
    out.push(...groups)
  }
  return Uint8Array.from(out)
}

/** UTCTime until 2049, GeneralizedTime from then on. */
function time(seconds: number): Uint8Array {
  const date = new Date(seconds * 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const year = date.getUTCFullYear()
  const tail = [
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ]
    .map(two)
    .join('')
  const short = year >= 1950 && year < 2050
  return tagged(
    short ? 0x17 : 0x18,
    new TextEncoder().encode(`${short ? two(year % 100) : String(year).padStart(4, '0')}${tail}Z`),
  )
}

/** One DER element: its tag, its content and all its bytes. */
export interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  readonly bytes: Uint8Array
}

/** The elements inside of one; none where it is missing or does not parse. */
export function childrenOf(element: DerElement | undefined): DerElement[] {
  return (element === undefined ? undefined : readDer(element.content)) ?? []
}

/** The elements that follow each other in some DER; undefined when they do not parse. */
export function readDer(bytes: Uint8Array): DerElement[] | undefined {
  const elements: DerElement[] = []
  for (let at = 0; at < bytes.length; ) {
    const header = readHeader(bytes, at)
    if (header === undefined || header.end > bytes.length) return undefined
    elements.push({
      tag: Number(bytes[at]),
      content: bytes.subarray(header.start, header.end),
      bytes: bytes.subarray(at, header.end),
    })
    at = header.end
  }
  return elements
}

function readHeader(bytes: Uint8Array, at: number): { start: number; end: number } | undefined {
  const first = bytes[at + 1]
  if (first === undefined) return undefined
  if (first < 0x80) return { start: at + 2, end: at + 2 + first }
  const size = first & 0x7f
  if (size === 0 || size > 4) return undefined
  let length = 0
  for (let i = 0; i < size; i++) length = length * 256 + Number(bytes[at + 2 + i])
  return { start: at + 2 + size, end: at + 2 + size + length }
}
