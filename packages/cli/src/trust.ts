import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stateFault } from '@slipway/cluster'
import { isSystemError, type SourceTree } from '@slipway/diag'
import type { Io } from './io.ts'
import type { Place } from './place.ts'

const SKIPPED = new Set(['.git', 'node_modules', 'vendor'])

/**
 * Asks once whether a repository may run what it declares on this machine: its Dockerfiles' RUN lines and its pods' commands are processes of the user. Without a
 * terminal and without `--trust` the answer is no. The answer is remembered in the cluster's folder.
 */
export async function askForTrust(place: Place, given: boolean, io: Io): Promise<boolean> {
  const path = join(place.stateDirectory, 'trusted')
  const known = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw stateFault(place.stateDirectory, error)
  })
  if (known !== undefined) return true
  if (!given) {
    const commands = await commandsOf(place)
    io.stderr.write(
      `${place.repository.directory} would run on this machine, as you:\n${commands.map((line) => `  ${line}\n`).join('')}`,
    )
    if (!io.canAsk) {
      io.stderr.write('error: nothing was run; run it with --trust if you trust this repository\n')
      return false
    }
    const answer = await io.ask('Run it? [y/N] ')
    if (!/^y(es)?$/i.test(answer.trim())) return false
  }
  try {
    await mkdir(place.stateDirectory, { recursive: true, mode: 0o700 })
    await writeFile(path, `${place.repository.directory}\n`, { mode: 0o600 })
  } catch (error) {
    throw stateFault(place.stateDirectory, error)
  }
  return true
}

async function commandsOf({ repository }: Place): Promise<string[]> {
  const { commit } = await repository.head()
  if (commit === undefined) return []
  const tree = await repository.loadTree(commit)
  const dockerfiles = [...filesOf(tree, '')].filter((path) => /(^|\/)Dockerfile$/.test(path))
  const lines = dockerfiles.flatMap((path) => {
    const text = new TextDecoder().decode(tree.read(path))
    return text
      .split('\n')
      .flatMap((line, index) =>
        /^\s*(RUN|CMD|ENTRYPOINT)\s/i.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
      )
  })
  return [...lines, 'the commands, probes and hooks of the pods that its Applications declare']
}

function* filesOf(tree: SourceTree, folder: string): Generator<string> {
  for (const { name, kind } of tree.list(folder)) {
    const path = folder === '' ? name : `${folder}/${name}`
    if (kind === 'file') yield path
    else if (kind === 'directory' && !SKIPPED.has(name)) yield* filesOf(tree, path)
  }
}
