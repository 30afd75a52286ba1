import type { KubeObject } from '@slipway/objects'
import type { Strategy } from '../registry/definition.ts'
import { failure } from '../status.ts'

/** Nobody here calls admission webhooks: a configuration that is taken would let through what it was made to hold up. */
export const webhookStrategy: Partial<Strategy> = {
  prepareForCreate: ({ kind }: KubeObject) => {
    const message = `${kind} is not supported by Slipway, which calls no admission webhooks; admission policies are enforced. See docs/compatibility.md`
    throw failure({ code: 501, reason: 'NotImplemented', message })
  },
}
