import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { compare } from './compare.mjs'
import { runKubectl } from './kubectl.mjs'

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

/** Plays every recorded command against a cluster in order; tells of each as it ends. */
export async function play({ folder, kubectl, startCluster, onResult = () => undefined }) {
  const { lines, recorded, accepted } = await readRecorded(folder)
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
      const ours = await runKubectl(kubectl, line.split(' '), { cwd: work, kubeconfig: cluster.kubeconfig })
      const { verdict, parts } = compare(line, expected, ours)
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

/** How many of the answers are the recorded ones, and which others nobody has accepted. */
export function summary(results) {
  const same = results.filter(({ verdict }) => verdict !== 'differs').length
  const differing = results.filter(({ verdict }) => verdict === 'differs')
  return {
    total: results.length,
    same,
    accepted: differing.filter(({ accepted }) => accepted !== undefined).map(({ command }) => command),
    unexpected: differing.filter(({ accepted }) => accepted === undefined).map(({ command }) => command),
    share: same / results.length,
  }
}

/** The folder of this conformance suite. */
export const FOLDER = dirname(dirname(new URL(import.meta.url).pathname))
