import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'

/** What a process group has used: seconds of processor time since its start, and bytes of memory now. */
export interface GroupUsage {
  readonly cpuSeconds: number
  readonly memoryBytes: number
}

const TICKS_PER_SECOND = 100
const PAGE = 4096

/** The usage of every process group of this machine, by its id: from `/proc` on Linux, from `ps` elsewhere. */
export function usageByGroup(): Promise<ReadonlyMap<number, GroupUsage>> {
  return process.platform === 'linux' ? fromProc() : fromPs()
}

async function fromProc(): Promise<ReadonlyMap<number, GroupUsage>> {
  const groups = new Map<number, GroupUsage>()
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    // A process may end between the two reads.
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    if (fields.length < 22) continue
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
    add(groups, Number(fields[2]), { cpuSeconds, memoryBytes: Number(fields[21]) * PAGE })
  }
  return groups
}

function fromPs(): Promise<ReadonlyMap<number, GroupUsage>> {
  return new Promise((resolve, reject) => {
    execFile('ps', ['-axo', 'pgid=,time=,rss='], (error, stdout) => {
      if (error !== null) {
        reject(error)
        return
      }
      const groups = new Map<number, GroupUsage>()
      for (const line of stdout.split('\n')) {
        const [group, time = '', rss] = line.trim().split(/\s+/)
        if (group !== '') add(groups, Number(group), { cpuSeconds: secondsOf(time), memoryBytes: Number(rss) * 1024 })
      }
      resolve(groups)
    })
  })
}

// `[[dd-]hh:]mm:ss[.cc]`
function secondsOf(time: string): number {
  return time.split(/[-:]/).reduce((total, part) => total * 60 + Number(part), 0)
}

function add(groups: Map<number, GroupUsage>, group: number, usage: GroupUsage): void {
  const known = groups.get(group) ?? { cpuSeconds: 0, memoryBytes: 0 }
  groups.set(group, {
    cpuSeconds: known.cpuSeconds + usage.cpuSeconds,
    memoryBytes: known.memoryBytes + usage.memoryBytes,
  })
}
