import { readFileSync, realpathSync, statSync } from 'node:fs'
import { type Chart, loadChart, loadChartArchive } from '@slipway/chart'
import { directoryTree, nodeUnpack } from '@slipway/chart/node'
import { isSystemError } from '@slipway/diag'
import { HelmError, type HelmIo } from './io.ts'
import { warningLine } from './logs.ts'
import { pathOf } from './values.ts'

/** Loads a chart from a folder or an archive (loader.Load). */
export function loadLocal(path: string, io: HelmIo): Chart {
  const full = pathOf(path, io)
  const chart = isFolder(full, path) ? loadFolder(full, io) : loadFile(full, path, io)
  for (const warning of chart.warnings) io.stderr.write(warningLine(warning, io.compat))
  return chart
}

function isFolder(full: string, shown: string): boolean {
  try {
    return statSync(full).isDirectory()
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error
    throw new HelmError(`stat ${shown}: no such file or directory`, { cause: error })
  }
}

function loadFolder(full: string, { compat = 'helm4' }: HelmIo): Chart {
  return loadChart(directoryTree(realpathSync(full)), '', { unpack: nodeUnpack, compat })
}

function loadFile(full: string, shown: string, { compat }: HelmIo): Chart {
  const data = readFileSync(full)
  const isArchive = data[0] === 0x1f && data[1] === 0x8b && data[2] === 8
  if (isArchive) return loadChartArchive(data, nodeUnpack, compat)
  if (/\.ya?ml$/.test(shown)) {
    throw new HelmError(`file '${full}' seems to be a YAML file, but expected a gzipped archive`)
  }
  throw new HelmError(`file '${full}' does not appear to be a gzipped archive; got '${contentType(data)}'`)
}

/** Near enough to what Go guesses. */
function contentType(data: Uint8Array): string {
  const start = data.subarray(0, 512)
  return start.some((byte) => byte < 9 || (byte > 13 && byte < 32))
    ? 'application/octet-stream'
    : 'text/plain; charset=utf-8'
}
