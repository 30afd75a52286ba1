import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { compareBytes, type EntryKind, isSystemError, type SourceTree } from '@slipway/diag'
import { nodeCrypto, nodeRandom } from '@slipway/sprig/node'
import type { Chart, ChartFile } from './chart.ts'
import type { Compat } from './compat.ts'
import { ChartError } from './errors.ts'
import type { RenderEnvironment } from './functions/index.ts'
import { filesOfTar, MAX_CHART_SIZE, tooLarge } from './load/archive.ts'
import { packedFiles, writeTar } from './pack.ts'

/** Node's clock, randomness and cryptography; keep one for all renderings, compiled templates are kept with it. */
export function nodeEnvironment(options: Partial<RenderEnvironment> = {}): RenderEnvironment {
  return {
    random: nodeRandom,
    now: () => BigInt(Date.now()) * 1_000_000n,
    timeZone: localZone(process.env['TZ']),
    crypto: nodeCrypto(),
    ...options,
  }
}

/** The name of the local zone. Asking Intl takes longer than rendering a small chart, so what it would look at is looked at first. */
function localZone(given: string | undefined): string {
  const name = given === undefined ? quietly(() => readlinkSync('/etc/localtime'))?.split('zoneinfo/')[1] : given
  return name !== undefined && /^(?:[A-Z][\w+-]*(?:\/[\w+-]+)*|)$/.test(name)
    ? name
    : Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** The files of a packaged chart: `unpack` of `loadChart`. Stops at Helm's limit of 100 MiB, so that no archive blows up. */
export function nodeUnpack(archive: Uint8Array, compat: Compat = 'helm4'): ChartFile[] {
  return filesOfTar(decompress(archive, compat), compat)
}

// Headers and padding of ten thousand files come on top of their contents.
const TAR_OVERHEAD = 16 * 1024 * 1024

function decompress(archive: Uint8Array, compat: Compat): Uint8Array {
  try {
    return gunzipSync(archive, { maxOutputLength: MAX_CHART_SIZE + TAR_OVERHEAD })
  } catch (error) {
    const isTooLarge = isSystemError(error, 'ERR_BUFFER_TOO_LARGE')
    const isCut = isSystemError(error, 'Z_BUF_ERROR')
    const reason = isTooLarge ? tooLarge(compat) : isCut ? 'unexpected EOF' : 'gzip: invalid header'
    throw new ChartError('CHART_ARCHIVE', reason, { cause: error, hint: 'Package the chart again.' })
  }
}

/** A chart as an archive (`NAME-VERSION.tgz`); `time` is that of its files, in seconds of the epoch. */
export function nodePack(chart: Chart, time: number): { readonly name: string; readonly data: Uint8Array } {
  const data = gzipSync(writeTar(packedFiles(chart), time))
  return { name: `${chart.name}-${chart.metadata.version}.tgz`, data }
}

/** A folder of the disk as a tree; files are read when asked for, links are not followed. */
export function directoryTree(root: string): SourceTree {
  const at = (path: string): string => join(root, path)
  const stat = (path: string): EntryKind | undefined => quietly(() => kindOf(at(path)))
  return {
    label: root,
    stat,
    read: (path) => (stat(path) === 'file' ? quietly(() => readFileSync(at(path))) : undefined),
    list: (path) =>
      (quietly(() => readdirSync(at(path))) ?? [])
        .sort(compareBytes)
        .map((name) => ({ name, kind: stat(path === '' ? name : `${path}/${name}`) ?? 'file' })),
    readlink: (path) => quietly(() => readlinkSync(at(path))),
  }
}

function kindOf(path: string): EntryKind | undefined {
  const found = lstatSync(path)
  if (found.isDirectory()) return 'directory'
  if (found.isSymbolicLink()) return 'symlink'
  return found.isFile() ? 'file' : undefined
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EINVAL', 'EISDIR'].some((code) => isSystemError(error, code))) return undefined
    throw error
  }
}
