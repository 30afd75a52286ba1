import { quote } from '@slipway/gotemplate'
import type { Chart, ChartFile } from '../chart.ts'
import type { Compat } from '../compat.ts'
import { ChartError } from '../errors.ts'
import { chartFromFiles, type Unpack } from './files.ts'
import { withoutMark } from './octets.ts'
import { readTar, type TarEntry } from './tar.ts'

/** Helm's limit for the files of a chart together: 100 MiB. */
export const MAX_CHART_SIZE = 100 * 1024 * 1024
/** Helm 3's limit for each file: 5 MiB. Helm 4 has none. */
export const MAX_FILE_SIZE = 5 * 1024 * 1024
const MAX_FILES = 10_000

/**
 * The files of a packaged chart whose compression is already off; paths without the chart's own folder.
 *
 * Throws `CHART_ARCHIVE` with Helm's words for paths that leave the chart and for archives that are damaged, empty or too large.
 */
export function filesOfTar(tar: Uint8Array, compat: Compat = 'helm4'): ChartFile[] {
  const files: ChartFile[] = []
  let left = MAX_CHART_SIZE
  for (const entry of readTar(tar)) {
    if (entry.kind === 'directory') continue
    const name = nameOf(entry)
    left -= entry.data.length
    if (left <= 0) refuse(tooLarge(compat))
    if (compat === 'helm3' && entry.data.length > MAX_FILE_SIZE) {
      refuse(`decompressed chart file ${quote(entry.name)} is larger than the maximum file size ${MAX_FILE_SIZE}`)
    }
    if (files.length >= MAX_FILES) refuse(`chart archive has more than ${MAX_FILES} files`)
    files.push({ name, data: withoutMark(entry.data) })
  }
  if (files.length === 0) refuse('no files in chart archive')
  return files
}

/** Helm's words for an archive of more than 100 MiB. */
export function tooLarge(compat: Compat): string {
  return `decompressed chart is larger than the maximum ${compat === 'helm3' ? 'file size' : 'size'} ${MAX_CHART_SIZE}`
}

/** Loads a packaged chart (`.tgz`) as Helm 4 or Helm 3 does; `unpack` takes its compression off and reads its files. */
export function loadChartArchive(archive: Uint8Array, unpack: Unpack, compat: Compat = 'helm4'): Chart {
  return chartFromFiles(unpack(archive, compat), { unpack, compat, directory: '' })
}

function nameOf(entry: TarEntry): string {
  const delimiter = entry.name.includes('\\') ? '\\' : '/'
  const [top = '', ...parts] = entry.name.split(delimiter)
  const given = parts.join('/')
  if (given.startsWith('/')) refuse('chart illegally contains absolute paths')
  const name = clean(given)
  if (name === '.') {
    refuse(`chart illegally contains content outside the base directory: ${quote(entry.name)}`)
  }
  if (name.startsWith('..')) refuse('chart illegally references parent directory')
  if (/^[a-zA-Z]:\//.test(name)) refuse('chart contains illegally named files')
  if (top === 'Chart.yaml') refuse('chart yaml not in base directory')
  return name
}

function clean(path: string): string {
  const out: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..' || out.length === 0 || out.at(-1) === '..') out.push(part)
    else out.pop()
  }
  return out.length === 0 ? '.' : out.join('/')
}

function refuse(reason: string): never {
  throw new ChartError('CHART_ARCHIVE', reason, { hint: 'Use an archive that helm package made.' })
}
