import { readdir, readFile } from 'node:fs/promises'
import { isSystemError } from '@slipway/diag'

const VARIABLE = 'SLIPWAY_MARKER='

/**
 * Kills the processes whose `SLIPWAY_MARKER` starts with a text: what an earlier run left whose reaper was ended, too. Returns how many there were. Does nothing where
 * there is no /proc.
 */
export async function endMarked(prefix: string): Promise<number> {
  const wanted = Buffer.from(`${VARIABLE}${prefix}`).toString('latin1')
  const names = await readdir('/proc').catch(() => [])
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => ((await isMarked(name, wanted)) ? [Number(name)] : [])),
  )
  const pids = found.flat()
  for (const pid of pids) kill(pid)
  return pids.length
}

// Another user's process, or one that has just ended, is none of ours.
async function isMarked(pid: string, wanted: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
  return environment.split('\0').some((variable) => variable.startsWith(wanted))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!isSystemError(error, 'ESRCH')) throw error
  }
}
