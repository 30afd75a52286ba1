import { encodeBase64, hashSync } from 'bcryptjs'
import { utf8 } from '@slipway/gotemplate'
import type { RandomBytes } from '../random.ts'

const COST = '10'
const MAX_BYTES = 72

/** golang.org/x/crypto/bcrypt with the default cost, or sprig's words for a password that is too long. */
export function bcryptHash(password: string, random: RandomBytes): string {
  if (utf8.byteLength(password) > MAX_BYTES)
    return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes'
  const salt = `$2a$${COST}$${encodeBase64([...random(16)], 16)}`
  return hashSync(password, salt)
}
