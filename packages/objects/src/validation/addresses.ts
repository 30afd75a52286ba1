import { BlockList, isIP } from 'node:net'
import type { Place } from './place.ts'

/** An address of either family, leading zeros of IPv4 allowed, as in fields of old. Tells whether it is one. */
export function address(text: string, place: Place): boolean {
  if (familyOf(text) !== 0) return true
  place.invalid(text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')
  return false
}

/** 4, 6, or 0 for what is no address. */
export function familyOf(text: string): 0 | 4 | 6 {
  const plain = text.replace(/(^|\.)0+(?=\d)/g, '$1')
  const family = isIP(text.includes(':') ? text : plain)
  return family === 4 ? 4 : family === 6 && !text.includes('%') ? 6 : 0
}

/** A block of addresses. */
export interface Block {
  readonly address: string
  readonly bits: number
  readonly family: 4 | 6
}

/** A block such as `10.0.0.0/8`, or undefined when it is none. */
export function block(text: string, place: Place): Block | undefined {
  const [start = '', bits = '', ...more] = text.split('/')
  const family = familyOf(start)
  const valid = family !== 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  if (valid) return { address: start, bits: Number(bits), family }
  place.invalid(text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')
  return undefined
}

/** True when `part` lies in `whole` and is smaller. */
export function isPartOf(part: Block, whole: Block): boolean {
  if (part.family !== whole.family || whole.bits >= part.bits) return false
  const list = new BlockList()
  const family = whole.family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(whole.address, whole.bits, family)
  return list.check(part.address, family)
}

const SPECIAL: readonly { readonly says: string; readonly list: BlockList }[] = [
  range('may not be in the loopback range (127.0.0.0/8, ::1/128)', ['127.0.0.0', 8], ['::1', 128]),
  range('may not be in the link-local range (169.254.0.0/16, fe80::/10)', ['169.254.0.0', 16], ['fe80::', 10]),
  range('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)', ['224.0.0.0', 24], ['ff02::', 16]),
]

function range(says: string, v4: readonly [string, number], v6: readonly [string, number]) {
  const list = new BlockList()
  list.addSubnet(v4[0], v4[1], 'ipv4')
  list.addSubnet(v6[0], v6[1], 'ipv6')
  return { says, list }
}

/** An address that may stand behind a Service: none that leads into the machine itself. */
export function endpointAddress(text: string, place: Place): void {
  const plain = text.replace(/^::ffff:(?=\d+\.)/i, '')
  const family = familyOf(plain) === 4 ? 'ipv4' : 'ipv6'
  if (/^0\.0\.0\.0$|^::0?$/.test(plain)) place.invalid(text, `may not be unspecified (${text})`)
  for (const { says, list } of SPECIAL) if (list.check(plain, family)) place.invalid(text, says)
}
