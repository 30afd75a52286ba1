const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const LETTERS = 5
const LONGEST_GENERATED = 63

/** Five random letters of those that spell no words, as generated names end in. */
export function randomSuffix(random: () => number): string {
  return Array.from({ length: LETTERS }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('')
}

/** A name for `metadata.generateName`. */
export function generatedName(prefix: string, random: () => number): string {
  return prefix.slice(0, LONGEST_GENERATED - LETTERS) + randomSuffix(random)
}
