import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isSystemError } from '@slipway/diag'
import { StateError } from './errors.ts'

/** A process, told apart from a later one that got its number. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in the words of its system; empty where that cannot be known. */
  readonly start: string
}

/** A folder that this process alone may write. */
export interface Lock {
  /** Whether a process that had it is gone without having given it back: what that one started may still run. */
  readonly isTakenOver: boolean
  release(): Promise<void>
}

const run = promisify(execFile)

/**
 * Takes a folder for this process. A lock whose process is gone, or whose number another process has by now, is taken over.
 *
 * @throws StateError `CLUSTER_RUNNING` while another process has it
 */
export async function lockFolder(directory: string): Promise<Lock> {
  const path = join(directory, 'lock')
  const own = `${path}.${process.pid}.${randomUUID()}`
  try {
    await writeFile(own, JSON.stringify(await identityOf(process.pid)), { mode: 0o600 })
    const isTakenOver = !(await linked(own, path))
    if (isTakenOver) await takeOver(own, path)
    return { isTakenOver, release: () => rm(path, { force: true }) }
  } finally {
    await rm(own, { force: true })
  }
}

/** The process that has a folder's lock, if it lives. */
export async function lockHolder(directory: string): Promise<ProcessIdentity | undefined> {
  const holder = await readIdentity(join(directory, 'lock'))
  return holder !== undefined && (await lives(holder)) ? holder : undefined
}

// Two that find the same dead lock must not both remove it: only who has the second lock may remove the first, and looks again before.
async function takeOver(own: string, path: string): Promise<void> {
  const breaking = `${path}.breaking`
  await refuseLiving(path)
  if (!(await linked(own, breaking))) {
    await refuseLiving(breaking)
    throw new StateError('CLUSTER_STATE', `${breaking} was left by a process that ended while it took this folder`, {
      hint: 'remove that file and try again',
    })
  }
  try {
    do {
      await refuseLiving(path)
      await rm(path, { force: true })
    } while (!(await linked(own, path)))
  } finally {
    await rm(breaking, { force: true })
  }
}

async function refuseLiving(path: string): Promise<void> {
  const holder = await readIdentity(path)
  if (holder === undefined || !(await lives(holder))) return
  throw new StateError('CLUSTER_RUNNING', `process ${holder.pid} runs this cluster already`, {
    hint: '`slipway up` attaches to it once it is up, `slipway down` ends it',
  })
}

// A hard link appears whole or not at all, and never over another.
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false
    throw error
  }
}

async function readIdentity(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity
  } catch (error) {
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')) return undefined
    throw error
  }
}

async function lives({ pid, start }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (isSystemError(error, 'ESRCH')) return false
    if (!isSystemError(error, 'EPERM')) throw error
  }
  const { start: now } = await identityOf(pid)
  // There is one of that number: only what is known to be another is another.
  return start === '' || now === '' || now === start
}

const ENDED = new Set(['Z', 'X'])

async function identityOf(pid: number): Promise<ProcessIdentity> {
  return { pid, start: await (process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid)) }
}

// Field 22 counts ticks since the machine booted; the second one is a name, in parentheses, that may hold anything. A process that has ended and that its parent
// does not fetch, as in a container without an init, is no process any more.
async function startOnLinux(pid: number): Promise<string> {
  const [boot, stat] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
  ])
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields[18]
  if (ticks === undefined) return ''
  return ENDED.has(state) ? 'ended' : `${boot.trim()} ${ticks}`
}

async function startByPs(pid: number): Promise<string> {
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.trim()
}
