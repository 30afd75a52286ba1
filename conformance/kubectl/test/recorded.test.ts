import { expect, test } from 'vitest'
import { startCluster } from '../lib/cluster.mjs'
import { compare } from '../lib/compare.mjs'
import { findKubectl } from '../lib/kubectl.mjs'
import { LOOSE } from '../lib/loose.mjs'
import { FOLDER, play, readRecorded, summary } from '../lib/play.mjs'

const kubectl = findKubectl()
const found = kubectl.path !== undefined
// The whole sequence: some 140 commands, and the pauses of the recording.
const LIMIT = 300_000

test.skipIf(!found)(
  found ? 'real kubectl says what it said of a real API server' : `real kubectl: skipped, ${kubectl.missing}`,
  async () => {
    const results = await play({ folder: FOLDER, kubectl: kubectl.path, startCluster })
    const { accepted } = await readRecorded(FOLDER)
    const differing = results.filter(({ verdict }) => verdict === 'differs').map(({ command }) => command)
    expect(differing.toSorted()).toEqual(Object.keys(accepted).toSorted())
    expect(summary(results).share).toBeGreaterThanOrEqual(0.95)
  },
  LIMIT,
)

test('every difference and every loose comparison is of a recorded command and has a reason', async () => {
  const { lines, accepted } = await readRecorded(FOLDER)
  const reasons: Record<string, string> = {
    ...accepted,
    ...Object.fromEntries(Object.entries(LOOSE).map(([line, { reason }]) => [line, reason])),
  }
  for (const [line, reason] of Object.entries(reasons)) {
    expect(lines).toContain(line)
    expect(reason.length).toBeGreaterThan(20)
  }
  expect(Object.keys(accepted).length / lines.length).toBeLessThanOrEqual(0.05)
})

const answer = (stdout: string) => ({ code: 0, stdout, stderr: '' })

test('order and repeats count, unless the command is named', () => {
  expect(compare('get pods', answer('a\nb\n'), answer('b\na\n'))).toEqual({ verdict: 'differs', parts: ['stdout'] })
  expect(compare('get pods', answer('a\na\n'), answer('a\n'))).toEqual({ verdict: 'differs', parts: ['stdout'] })
  const events = 'events -n shop --types=Normal'
  expect(compare(events, answer('a\nb\n'), answer('b\na\n'))).toEqual({ verdict: 'loose' })
  expect(compare(events, answer('a\na\n'), answer('a\n'))).toEqual({ verdict: 'differs', parts: ['stdout'] })
})

test('what differs between any two runs is masked, that it is there is not', () => {
  const pod = (name: string, ip: string) => answer(`NAME IP AGE\n${name}  ${ip}  12s\n`)
  expect(
    compare('get pods', pod('web-5c4b8d7f6-x2x7d', '10.0.0.5'), pod('web-7f6d5c4b8-abcde', '10.244.0.9')),
  ).toMatchObject({
    verdict: 'differs',
  })
  expect(compare('get pods', pod('web-5c4b8d7f6-x2x7d', '10.0.0.5'), pod('web-7f6d5c4b8-zz7zz', '10.244.0.9'))).toEqual(
    {
      verdict: 'same',
    },
  )
  expect(compare('get pods', answer('age  12s\n'), answer('age\n'))).toMatchObject({ verdict: 'differs' })
})
