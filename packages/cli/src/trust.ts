import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkWritable, stateFault } from '@slipway/state'
import { isSystemError } from '@slipway/diag'
import type { Io } from './io.ts'
import type { Place } from './place.ts'

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
    const { commandsOf } = await import('./trust/commands.ts')
    const commands = await commandsOf(place.repository)
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
    await checkWritable(place.stateDirectory)
    await mkdir(place.stateDirectory, { recursive: true, mode: 0o700 })
    await writeFile(path, `${place.repository.directory}\n`, { mode: 0o600 })
  } catch (error) {
    throw stateFault(place.stateDirectory, error)
  }
  return true
}
