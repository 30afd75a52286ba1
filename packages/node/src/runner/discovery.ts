import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { Cancel, Clock } from '@slipway/objects'
import { listeningOfGroups } from './lsof.ts'
import type { Listening, PortTable } from './port-table.ts'
import type { ProcessSpec } from './runner.ts'
import { holdersOf, type ListeningSocket, listeningSockets } from './sockets.ts'

/** A running process group whose ports are looked for. */
export interface DiscoveredRun {
  readonly run: string
  /** The process that leads the group. */
  readonly pid: number
  readonly spec: ProcessSpec
}

/** Finds what programs listen on that no hook redirects. */
export interface Discovery {
  add(run: DiscoveredRun): void
  remove(run: string): void
  /** Looks now, unless somebody just did. */
  scan(): Promise<void>
  /** Somebody asks for a port of a pod that is not known: looks soon, where the pod may have one that no hook tells of. */
  poke(ip: string): void
  stop(): void
}

/** A listening socket that one of the groups holds. */
interface Found extends Omit<ListeningSocket, 'inode'> {
  readonly key: string
  readonly pid: number
  readonly leader: number
}

const FIRST_SCAN = 100
const LAST_SCAN = 10_000
const POKED_SCAN = 250
// Whoever tries again and again to reach what is not there does not keep us busy.
const PAUSE = 50
const HOOKED = /^(node|python[\d.]*)$/

/**
 * Looks at the listening sockets of this machine shortly after a program starts, then less and less often, and whenever somebody asks for a port that is not known. A
 * socket that is none of ours is looked at once only.
 */
export function startDiscovery({ table, clock }: { readonly table: PortTable; readonly clock: Clock }): Discovery {
  const runs = new Map<string, DiscoveredRun>()
  const seen = new Set<string>()
  const kept = new Map<string, Listening>()
  let delay = FIRST_SCAN
  let cancel: Cancel | undefined
  let due = Number.POSITIVE_INFINITY
  let scanning: Promise<void> | undefined
  let scanned = Number.NEGATIVE_INFINITY

  const scan = async (): Promise<void> => {
    if (scanning === undefined && clock.monotonic() - scanned < PAUSE) return
    scanning ??= find({ runs, table, seen, kept }).finally(() => {
      scanning = undefined
      scanned = clock.monotonic()
    })
    await scanning
  }
  const schedule = (after: number): void => {
    const at = clock.monotonic() + after
    if (at >= due) return
    cancel?.()
    due = at
    cancel = clock.after(after, () => {
      due = Number.POSITIVE_INFINITY
      delay = Math.min(2 * delay, LAST_SCAN)
      scan().then(
        () => runs.size > 0 && schedule(delay),
        () => undefined,
      )
    })
  }
  return {
    add: (run) => {
      runs.set(run.run, run)
      // The hook tells at once; only what the program starts in its turn may be without one.
      if (!isHooked(run)) delay = FIRST_SCAN
      schedule(delay)
    },
    remove: (run) => {
      runs.delete(run)
      for (const [key, listening] of kept) if (listening.run === run) kept.delete(key)
    },
    scan,
    poke: (ip) => {
      if ([...runs.values()].some((run) => run.spec.pod.ip === ip && !isHooked(run))) schedule(POKED_SCAN)
    },
    stop: () => {
      runs.clear()
      cancel?.()
    },
  }
}

function isHooked({ spec }: DiscoveredRun): boolean {
  return HOOKED.test(basename(spec.argv[0] ?? ''))
}

interface Looked {
  readonly runs: ReadonlyMap<string, DiscoveredRun>
  readonly table: PortTable
  readonly seen: Set<string>
  readonly kept: Map<string, Listening>
}

async function find({ runs, table, seen, kept }: Looked): Promise<void> {
  const leaders = new Map([...runs.values()].map((run) => [run.pid, run]))
  if (leaders.size === 0) return
  const { open, found } = await (existsSync('/proc/net/tcp') ? byProc(leaders, seen) : byLsof(leaders, seen))
  for (const [key, listening] of kept) {
    if (open.has(key)) continue
    table.remove(listening)
    kept.delete(key)
  }
  for (const key of seen) if (!open.has(key)) seen.delete(key)
  for (const each of found) {
    const run = leaders.get(each.leader)
    // The hook has told of it, or does so in this moment.
    if (run === undefined || !runs.has(run.run) || table.onHost(each.port) !== undefined) continue
    keep(each, run, { table, kept })
  }
}

interface Sight {
  /** All sockets that listen now. */
  readonly open: ReadonlySet<string>
  /** Those of our groups that were not seen before. */
  readonly found: readonly Found[]
}

async function byProc(leaders: ReadonlyMap<number, unknown>, seen: Set<string>): Promise<Sight> {
  const sockets = await listeningSockets()
  const open = new Set(sockets.map(({ inode }) => inode))
  const fresh = sockets.filter(({ inode }) => !seen.has(inode))
  if (fresh.length === 0) return { open, found: [] }
  const holders = await holdersOf(new Set(leaders.keys()))
  for (const { inode } of fresh) seen.add(inode)
  const found = fresh.flatMap(({ host, port, inode }): Found[] => {
    const holder = holders.find(({ inodes }) => inodes.has(inode))
    return holder === undefined ? [] : [{ host, port, key: inode, pid: holder.pid, leader: holder.leader }]
  })
  return { open, found }
}

async function byLsof(leaders: ReadonlyMap<number, unknown>, seen: Set<string>): Promise<Sight> {
  const sockets = await listeningOfGroups(new Set(leaders.keys()))
  const all = sockets.map(({ pid, group, host, port }) => ({ pid, leader: group, host, port, key: `${host} ${port}` }))
  const found = all.filter(({ key }) => !seen.has(key))
  for (const { key } of found) seen.add(key)
  return { open: new Set(all.map(({ key }) => key)), found }
}

function keep(
  { host, port, pid, key }: Found,
  { run, spec }: DiscoveredRun,
  { table, kept }: Pick<Looked, 'table' | 'kept'>,
): void {
  const local = isLoopback(host)
  const isAny = host === '0.0.0.0' || host === '::'
  if (!local) spec.notice?.(openToNetwork(spec.container, `${host.includes(':') ? `[${host}]` : host}:${port}`, pid))
  // An address that only the host has is none of the pod's.
  if (!local && !isAny) return
  const { ip } = spec.pod
  const listening = { run, ip, port, hostPort: port, pid, local, host: host.includes(':') ? '::1' : '127.0.0.1' }
  if (table.add(listening)) kept.set(key, listening)
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1'
}

function openToNetwork(
  container: string,
  address: string,
  pid: number,
): Parameters<NonNullable<ProcessSpec['notice']>>[0] {
  return {
    type: 'Warning',
    reason: 'OpenToNetwork',
    message:
      `container ${container} (process ${pid}) listens on ${address}, and so does this machine: the ports of Node and Python programs are ` +
      `moved to 127.0.0.1, those of this program cannot be. Keep the port closed by a firewall, or run the program in a container engine`,
  }
}
