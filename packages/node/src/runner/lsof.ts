import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A listening socket of a process, as `lsof` tells where there is no /proc. */
export interface HeldSocket {
  readonly pid: number
  readonly group: number
  readonly host: string
  readonly port: number
}

/** The listening TCP sockets of process groups, by `lsof`; none where there is none. */
export async function listeningOfGroups(groups: ReadonlySet<number>): Promise<readonly HeldSocket[]> {
  const args = ['-nP', '-a', '-g', [...groups].join(','), '-iTCP', '-sTCP:LISTEN', '-Fpgn']
  // lsof ends with 1 where it found nothing, and with what it found on stdout all the same.
  const { stdout } = await promisify(execFile)('lsof', args).catch((error: { readonly stdout?: string }) => ({
    stdout: error.stdout ?? '',
  }))
  return parseLsof(stdout)
}

/** Reads lsof's output for programs (`-F`): a line a field, `p` and `g` for a process, then `n` for each of its files. */
export function parseLsof(output: string): readonly HeldSocket[] {
  const process = { pid: 0, group: 0 }
  return output.split('\n').flatMap((line) => {
    if (line.startsWith('p')) process.pid = Number(line.slice(1))
    if (line.startsWith('g')) process.group = Number(line.slice(1))
    const [, name = '', port = ''] = /^n(.*):(\d+)$/.exec(line) ?? []
    if (port === '') return []
    const host = name === '*' ? '0.0.0.0' : name.replace(/^\[(.*)\]$/, '$1')
    return [{ ...process, host, port: Number(port) }]
  })
}
