import { nodeCrypto, nodeRandom } from '@slipway/sprig/node'
import type { RenderEnvironment } from './functions/index.ts'

/** Node's clock, randomness and cryptography; keep one for all renderings, compiled templates are kept with it. */
export function nodeEnvironment(options: Partial<RenderEnvironment> = {}): RenderEnvironment {
  return {
    random: nodeRandom,
    now: () => BigInt(Date.now()) * 1_000_000n,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    crypto: nodeCrypto(),
    ...options,
  }
}
