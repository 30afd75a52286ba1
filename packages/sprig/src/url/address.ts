/** True for a dotted IPv4 address without leading zeros, as net/netip reads it. */
export function isIPv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/.test(text)
}

/** The four or sixteen bytes of an address; undefined for what is none. */
export function bytesOfIP(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.').map(Number))
  return bytesOfIPv6(text)
}

function bytesOfIPv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2 || text === '') return undefined
  const groups = halves.map(groupsOf).filter((half) => half !== undefined)
  if (groups.length < halves.length) return undefined
  const missing = 8 - groups.flat().length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const zeros = Array.from({ length: missing }, () => 0)
  const all = groups.flatMap((half, at) => (at === 0 ? [...half, ...zeros] : half))
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 255]))
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && isIPv4(part)) {
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
      groups.push(a * 256 + b, c * 256 + d)
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}
