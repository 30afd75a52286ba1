import { readdir, readFile, readlink } from 'node:fs/promises'

/** A listening TCP socket of this machine. */
export interface ListeningSocket {
  /** `0.0.0.0`, `127.0.0.1`, `::` and so on. */
  readonly host: string
  readonly port: number
  /** What the kernel calls the socket. */
  readonly inode: string
}

const LISTEN = '0A'
const LITTLE_ENDIAN_WORD = /../g

/** The listening TCP sockets of this machine, from /proc/net; none where there is no /proc. */
export async function listeningSockets(): Promise<readonly ListeningSocket[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'latin1').catch(() => '')),
  )
  return tables.flatMap(parseSockets)
}

/** Reads a table of /proc/net/tcp or tcp6 (Documentation/networking/proc_net_tcp.rst). */
export function parseSockets(table: string): readonly ListeningSocket[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      const [address = '', port = ''] = local.split(':')
      return state === LISTEN ? [{ host: hostOf(address), port: Number.parseInt(port, 16), inode }] : []
    })
}

// Words of 32 bits in the order of the machine, which is little-endian wherever Node runs for desktops and servers.
function hostOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(LITTLE_ENDIAN_WORD) ?? []).toReversed().map((byte) => Number.parseInt(byte, 16)),
  )
  if (bytes.length === 4) return bytes.join('.')
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  if (isMapped) return bytes.slice(12).join('.')
  if (bytes.slice(0, 15).every((byte) => byte === 0)) return bytes[15] === 1 ? '::1' : '::'
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  )
  return groups.join(':')
}

/** A process of a group, and the sockets that it holds. */
export interface SocketHolder {
  readonly pid: number
  /** The process that leads its group or session. */
  readonly leader: number
  readonly inodes: ReadonlySet<string>
}

/** The processes of groups, or of the sessions that these began, with their sockets. */
export async function holdersOf(leaders: ReadonlySet<number>): Promise<readonly SocketHolder[]> {
  const names = await readdir('/proc').catch(() => [])
  const found = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map(async (name) => holderOf(name, leaders)),
  )
  return found.flat()
}

// A process may end while it is looked at; it then holds nothing.
async function holderOf(name: string, leaders: ReadonlySet<number>): Promise<SocketHolder[]> {
  const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '')
  // The program's name stands in parentheses and may hold anything.
  const [, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const leader = [Number(group), Number(session)].find((each) => leaders.has(each))
  return leader === undefined ? [] : [{ pid: Number(name), leader, inodes: await socketsOf(name) }]
}

async function socketsOf(pid: string): Promise<ReadonlySet<string>> {
  const directory = `/proc/${pid}/fd`
  const names = await readdir(directory).catch(() => [])
  const links = await Promise.all(names.map((name) => readlink(`${directory}/${name}`).catch(() => '')))
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
}
