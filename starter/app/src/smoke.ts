import { setTimeout as wait } from 'node:timers/promises'

// Run by the chart's PostSync Job: does the Service, as its clients see it, answer with the image that was just deployed?
const CONSECUTIVE = 10
const DEADLINE_MS = 60_000
const PAUSE_MS = 200

const target = process.env['TARGET'] ?? ''
const expected = process.env['EXPECTED_DIGEST'] ?? ''
const deadline = Date.now() + DEADLINE_MS

let good = 0
let last = 'no answer yet'
while (good < CONSECUTIVE && Date.now() < deadline) {
  last = await ask()
  good = last === '' ? good + 1 : 0
  if (last !== '') await wait(PAUSE_MS)
}
const passed = good >= CONSECUTIVE
process.stdout.write(
  `${JSON.stringify({ msg: passed ? 'smoke test passed' : 'smoke test failed', target, expected, answers: good, reason: last })}\n`,
)
process.exitCode = passed ? 0 : 1

/** The reason why an answer is not good; empty when it is. */
async function ask(): Promise<string> {
  try {
    const answer = await fetch(target, {
      headers: { accept: 'application/json', connection: 'close' },
      signal: AbortSignal.timeout(2000),
    })
    const body = (await answer.json()) as { digest?: string }
    if (answer.status !== 200) return `status ${answer.status}`
    return body.digest === expected ? '' : `answered by digest ${body.digest}`
  } catch (error) {
    return String(error)
  }
}
