import { quote } from '@slipway/gotemplate'

/** What net/netip finds wrong with an address: its words, and where they apply. */
interface Fault {
  readonly message: string
  readonly at?: string
}

/** The error of netip.ParseAddr as a text; undefined for an address. A zone may follow `%` in IPv6. */
export function addressError(text: string): string | undefined {
  const fault = addressFault(text)
  if (fault === undefined) return undefined
  const place = fault.at === undefined || fault.at === '' ? '' : ` (at ${quote(fault.at)})`
  return `ParseAddr(${quote(text)}): ${fault.message}${place}`
}

function addressFault(text: string): Fault | undefined {
  const first = /[.:%]/.exec(text)?.[0]
  if (first === '.') return fault4(text)
  if (first === ':') return fault6(text)
  return { message: first === '%' ? 'missing IPv6 address' : 'unable to parse IP' }
}

function fault4(text: string): Fault | undefined {
  let octet = ''
  let dots = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (/[0-9]/.test(char)) {
      if (octet === '0') return { message: 'IPv4 field has octet with leading zero' }
      octet += char
      if (Number(octet) > 255) return { message: 'IPv4 field has value >255' }
    } else if (char !== '.') return { message: 'unexpected character', at: text.slice(at) }
    else if (octet === '' || at === text.length - 1)
      return { message: 'IPv4 field must have at least one digit', at: text.slice(at) }
    else if (++dots > 3) return { message: 'IPv4 address too long' }
    else octet = ''
  }
  return dots < 3 ? { message: 'IPv4 address too short' } : undefined
}

const ZEROS = 'the :: must expand to at least one field of zeros'

function fault6(text: string): Fault | undefined {
  const percent = text.indexOf('%')
  if (percent === text.length - 1) return { message: 'zone must be a non-empty string' }
  const address = percent < 0 ? text : text.slice(0, percent)
  const groups = new Groups(address)
  const fault = groups.read()
  if (fault !== undefined) return fault
  if (groups.rest !== '') return { message: 'trailing garbage after address', at: groups.rest }
  if (groups.count === 8) return groups.hasEllipsis ? { message: ZEROS } : undefined
  return groups.hasEllipsis ? undefined : { message: 'address string too short' }
}

/** Reads the groups of an IPv6 address up to its end, the eighth one, or a fault. */
class Groups {
  rest: string
  count = 0
  hasEllipsis = false

  constructor(text: string) {
    this.hasEllipsis = text.startsWith('::')
    this.rest = this.hasEllipsis ? text.slice(2) : text
  }

  read(): Fault | undefined {
    if (this.rest === '') return undefined
    while (this.count < 8) {
      const digits = /^[0-9a-fA-F]*/.exec(this.rest)?.[0] ?? ''
      if (digits.length > 4) return this.#fault('each group must have 4 or less digits')
      if (digits === '') return this.#fault('each colon-separated field must have at least one digit')
      if (this.rest[digits.length] === '.') return this.#embedded()
      this.count++
      this.rest = this.rest.slice(digits.length)
      if (this.rest === '') return undefined
      const fault = this.#colon()
      if (fault !== undefined || this.rest === '') return fault
    }
    return undefined
  }

  #colon(): Fault | undefined {
    if (!this.rest.startsWith(':')) return this.#fault('unexpected character, want colon')
    if (this.rest === ':') return this.#fault('colon must be followed by more characters')
    this.rest = this.rest.slice(1)
    if (!this.rest.startsWith(':')) return undefined
    if (this.hasEllipsis) return this.#fault('multiple :: in address')
    this.hasEllipsis = true
    this.rest = this.rest.slice(1)
    return undefined
  }

  #embedded(): Fault | undefined {
    if (!this.hasEllipsis && this.count !== 6)
      return this.#fault('embedded IPv4 address must replace the final 2 fields of the address')
    if (this.count > 6) return this.#fault('too many hex fields to fit an embedded IPv4 at the end of the address')
    const fault = fault4(this.rest)
    this.count += 2
    this.rest = ''
    return fault
  }

  #fault(message: string): Fault {
    return { message, at: this.rest }
  }
}
