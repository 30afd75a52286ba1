import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { compare } from './compare.mjs'
import { runKubectl } from './kubectl.mjs'
import { LOOSE } from './loose.mjs'

// Milliseconds that controllers may take on a busy machine.
const SETTLE = 20_000

/** The recorded commands with their answers, and the accepted differences by command. */
export async function readRecorded(folder) {
  const read = async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))
  const commands = await readFile(join(folder, 'recorded/commands.txt'), 'utf8')
  return {
    lines: commands.split('\n').filter((line) => line !== ''),
    recorded: await read('recorded/recorded.json'),
    accepted: await read('differences.json'),
  }
}

/** Plays every recorded command against a cluster in order; tells of each as it ends. `own` are differences of this kubectl from the recorded one, by command. */
export async function play({ folder, kubectl, startCluster, own = {}, onResult = () => undefined }) {
  const { lines, recorded, accepted: known } = await readRecorded(folder)
  const accepted = { ...known, ...own }
  const work = await mkdtemp(join(tmpdir(), 'slipway-kubectl-'))
  await cp(join(folder, 'recorded'), work, { recursive: true })
  const cluster = await startCluster(work)
  const results = []
  try {
    let turn = 0
    for (const line of lines) {
      if (line.startsWith('SLEEP ')) {
        await pause(Number(line.slice('SLEEP '.length)) * 1000)
        continue
      }
      const expected = recorded[turn++]
      const ask = () => runKubectl(kubectl, line.split(' '), { cwd: work, kubeconfig: cluster.kubeconfig })
      const { ours, verdict, parts } = await answerOf(line, expected, ask)
      const result = { command: line, verdict, parts, accepted: accepted[line], recorded: expected, ours }
      results.push(result)
      onResult(result)
    }
  } finally {
    await cluster.stop()
    await rm(work, { recursive: true, force: true })
  }
  return results
}

// A command that shows what controllers make of the ones before it is asked again until they are done, as they were when it was recorded.
async function answerOf(line, expected, ask) {
  const until = performance.now() + (LOOSE[line]?.settles === undefined ? 0 : SETTLE)
  for (;;) {
    const ours = await ask()
    const { verdict, parts } = compare(line, expected, ours)
    if (verdict !== 'differs' || performance.now() > until) return { ours, verdict, parts }
  }
}

/** How many of the answers are the recorded ones, which others nobody has accepted, and which accepted differences are gone. */
export function summary(results) {
  const same = results.filter(({ verdict }) => verdict !== 'differs')
  const differing = results.filter(({ verdict }) => verdict === 'differs')
  const commands = (list, accepted) =>
    list.filter((result) => (result.accepted !== undefined) === accepted).map(({ command }) => command)
  return {
    total: results.length,
    same: same.length,
    loose: same.filter(({ verdict }) => verdict === 'loose').length,
    accepted: commands(differing, true),
    unexpected: commands(differing, false),
    gone: commands(same, true),
    share: same.length / results.length,
  }
}

/** The folder of this conformance suite. */
export const FOLDER = dirname(dirname(fileURLToPath(import.meta.url)))
