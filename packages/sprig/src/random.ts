import { type GoFunc, fn, fnIn, go, utf8 } from '@slipway/gotemplate'
import { toBase64, toHex } from './bytes.ts'
import { fail } from './panics.ts'

/** Gives that many random bytes; a seeded one makes every output repeatable. */
export type RandomBytes = (count: number) => Uint8Array

/** A uniform integer in [0, limit), by rejection. */
export function randomInt(random: RandomBytes, limit: bigint): bigint {
  const bits = (limit - 1n).toString(2).length
  const size = Math.ceil(bits / 8)
  const mask = (1n << BigInt(bits)) - 1n
  for (;;) {
    const value = BigInt(`0x${toHex(random(size))}`) & mask
    if (value < limit) return value
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')

function characters(random: RandomBytes, alphabet: string): GoFunc {
  return fnIn([go.int], go.string, (context, count) => {
    context.reserve(count)
    let out = ''
    for (let i = 0n; i < count; i++) out += alphabet.charAt(Number(randomInt(random, BigInt(alphabet.length))))
    return out
  })
}

function shuffle(random: RandomBytes, text: string): string {
  const runes = utf8.runesOf(text)
  for (let i = runes.length - 1; i > 0; i--) {
    const j = Number(randomInt(random, BigInt(i + 1)))
    ;[runes[i], runes[j]] = [Number(runes[j]), Number(runes[i])]
  }
  return runes.map(utf8.runeToString).join('')
}

function uuid(random: RandomBytes): string {
  const bytes = random(16)
  bytes[6] = (Number(bytes[6]) & 0x0f) | 0x40
  bytes[8] = (Number(bytes[8]) & 0x3f) | 0x80
  const hex = toHex(bytes)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** randAlphaNum and kin, randBytes, randInt, shuffle, uuidv4. */
export function randomFunctions(random: RandomBytes): Record<string, GoFunc> {
  return {
    randAlphaNum: characters(random, LETTERS + DIGITS),
    randAlpha: characters(random, LETTERS),
    randNumeric: characters(random, DIGITS),
    randAscii: characters(random, ASCII),
    randBytes: fnIn([go.int], go.string, (context, count) => {
      if (count < 0n) fail('runtime error: makeslice: len out of range')
      context.reserve(count)
      return toBase64(random(Number(count)))
    }),
    randInt: fn([go.int, go.int], go.int, (min, max) => {
      if (max <= min) fail('invalid argument to Intn')
      return min + randomInt(random, max - min)
    }),
    shuffle: fn([go.string], go.string, (text) => shuffle(random, text)),
    uuidv4: fn([], go.string, () => uuid(random)),
  }
}
