import type { GoFunc } from '@slipway/gotemplate'
import { certificateFunctions } from './crypto/certs.ts'
import { cryptoFunctions } from './crypto/functions.ts'
import type { CryptoProvider } from './crypto/provider.ts'
import { defaultFunctions } from './defaults.ts'
import { dictFunctions } from './dict/dict.ts'
import { encodingFunctions } from './encoding.ts'
import { jsonFunctions } from './json/functions.ts'
import { listFunctions } from './lists/lists.ts'
import { numericFunctions } from './math/functions.ts'
import { pathFunctions } from './paths.ts'
import { randomFunctions, type RandomBytes } from './random.ts'
import { reflectFunctions } from './reflect.ts'
import { regexFunctions } from './regex.ts'
import { semverFunctions } from './semver/functions.ts'
import { stringFunctions } from './strings/functions.ts'
import { dateFunctions } from './time/functions.ts'
import { urlFunctions } from './url/functions.ts'

/** What sprig's functions take from the world around them. */
export interface SprigOptions {
  readonly random: RandomBytes
  /** Nanoseconds of the Unix epoch. */
  readonly now: () => bigint
  /** The local time zone by its tz name, `UTC` for instance. */
  readonly timeZone: string
  readonly crypto: CryptoProvider
}

/**
 * The functions of sprig 3.3 as Helm offers them, by name: `env` and `expandenv` are absent and `getHostByName` gives nothing.
 *
 * @example
 * const functions = sprigFunctions({ random: nodeRandom, now: () => BigInt(Date.now()) * 1_000_000n, timeZone: 'UTC', crypto: nodeCrypto() })
 * new TemplateSet({ functions: new FunctionTable(functions) })
 */
export function sprigFunctions(options: SprigOptions): Record<string, GoFunc> {
  const { random, crypto, now } = options
  return {
    ...defaultFunctions(),
    ...stringFunctions(),
    ...encodingFunctions(),
    ...numericFunctions(),
    ...listFunctions(),
    ...dictFunctions(),
    ...jsonFunctions(),
    ...reflectFunctions(),
    ...regexFunctions(),
    ...semverFunctions(),
    ...pathFunctions(),
    ...urlFunctions(),
    ...randomFunctions(random),
    ...dateFunctions(options),
    ...cryptoFunctions(crypto, random),
    ...certificateFunctions({ crypto, random, now }),
  }
}
