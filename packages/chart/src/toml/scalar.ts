const INTEGER = /^[+-]?(?:0|[1-9](?:_?[0-9])*)$/
const PREFIXED = /^0(?:x[0-9a-fA-F](?:_?[0-9a-fA-F])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)$/
const FLOAT = /^[+-]?(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/
const DATE =
  /^(?:\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/

/** A bare word as value: bigint for integers, text for dates; undefined for none. */
export function scalarOf(word: string): boolean | number | bigint | string | undefined {
  if (word === 'true' || word === 'false') return word === 'true'
  const plain = word.replaceAll('_', '')
  if (INTEGER.test(word)) return BigInt(plain.replace(/^\+/, ''))
  if (PREFIXED.test(word)) return BigInt(plain)
  if (FLOAT.test(word)) return Number(plain)
  const special = /^([+-]?)(inf|nan)$/.exec(word)
  if (special !== null) {
    if (special[2] === 'nan') return Number.NaN
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  return DATE.test(word) ? word : undefined
}
