import type { Edit } from './edits.ts'

/** A rollout that hangs is given up after seconds, so that nobody waits minutes for it. */
export const SHORT_DEADLINE: Edit = {
  path: 'deploy/chart/values.yaml',
  from: /progressDeadline: \d+/,
  to: 'progressDeadline: 15',
}

/** The status that a URL answers with, on a connection of its own; 0 when nobody does. */
export async function answerOf(url: string): Promise<number> {
  try {
    const answer = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5000) })
    await answer.body?.cancel()
    return answer.status
  } catch {
    return 0
  }
}
