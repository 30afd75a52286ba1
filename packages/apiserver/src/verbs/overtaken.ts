import { setTimeout as pause } from 'node:timers/promises'
import type { CallContext } from '../server.ts'
import { StatusError } from '../status.ts'

const MOMENT = 2
const OVERTAKEN = new Set(['Conflict', 'AlreadyExists'])

/** Gives whoever wrote first the milliseconds that a write takes; without it, tries would keep the write from ever being finished. */
export function aMoment(): Promise<void> {
  return pause(MOMENT)
}

/**
 * Reads and writes again as long as somebody else wrote in between, as k8s.io/apiserver's GuaranteedUpdate does.
 *
 * @param call whose signal ends the tries; looked at only when somebody did
 * @param attempt reads, and returns the write that depends on what it read; what it throws itself is final
 */
export async function untilFirst<T>(call: Pick<CallContext, 'signal'>, attempt: () => () => Promise<T>): Promise<T> {
  for (;;) {
    const write = attempt()
    try {
      return await write()
    } catch (error) {
      const again = error instanceof StatusError && OVERTAKEN.has(error.status.reason ?? '')
      if (!again || call.signal?.aborted === true) throw error
    }
    await aMoment()
  }
}
