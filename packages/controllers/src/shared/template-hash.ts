const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * The `pod-template-hash` of a template: FNV-1a, 32 bit, over the template with sorted members and the collision count, in the alphabet of
 * `rand.SafeEncodeString`. Kubernetes hashes Go's dump of the same data, so its letters differ; what matters is that equal templates hash alike.
 */
export function templateHash(template: unknown, collisionCount = 0): string {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(`${canonical(template)}${collisionCount === 0 ? '' : collisionCount}`)) {
    hash ^= byte
    hash = Math.imul(hash, 0x01000193) >>> 0
  }
  return Array.from(String(hash), (letter) => ALPHABET[letter.charCodeAt(0) % ALPHABET.length]).join('')
}

/** JSON with members in order, so that equal values give equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}
