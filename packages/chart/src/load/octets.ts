const fatal = new TextDecoder('utf-8', { fatal: true })

/** What go-yaml says of bytes that are no UTF-8; undefined when they are. */
export function octetProblem(data: Uint8Array): string | undefined {
  try {
    fatal.decode(data)
    return undefined
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return `yaml: ${reasonOf(data)}`
  }
}

/** As its reader goes: by what an octet announces, and what then comes. */
function reasonOf(data: Uint8Array): string {
  for (let at = 0; at < data.length; ) {
    const width = widthOf(data[at] ?? 0)
    if (width === 0) return 'invalid leading UTF-8 octet'
    if (at + width > data.length) return 'incomplete UTF-8 octet sequence'
    const rest = data.subarray(at + 1, at + width)
    if (rest.some((octet) => (octet & 0xc0) !== 0x80)) return 'invalid trailing UTF-8 octet'
    const code = rest.reduce((sum, octet) => sum * 64 + (octet & 0x3f), (data[at] ?? 0) & LEADING_BITS[width])
    if (code < SMALLEST[width]) return 'invalid length of a UTF-8 sequence'
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return 'invalid Unicode character'
    at += width
  }
  return 'invalid Unicode character'
}

const LEADING_BITS = { 1: 0x7f, 2: 0x1f, 3: 0x0f, 4: 0x07 } as const
const SMALLEST = { 1: 0, 2: 0x80, 3: 0x800, 4: 0x10000 } as const

function widthOf(octet: number): 0 | 1 | 2 | 3 | 4 {
  if ((octet & 0x80) === 0) return 1
  if ((octet & 0xe0) === 0xc0) return 2
  if ((octet & 0xf0) === 0xe0) return 3
  return (octet & 0xf8) === 0xf0 ? 4 : 0
}

/** Files may start with a byte order mark. */
export function withoutMark(data: Uint8Array): Uint8Array {
  return data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? data.subarray(3) : data
}
