import { dump } from '@slipway/yaml'
import type { Chart, ChartFile } from './chart.ts'
import { dumpable, dumpMetadata } from './dump-metadata.ts'
import type { Lock } from './metadata.ts'

const encoder = new TextEncoder()

/** The files of a packaged chart in Helm's order, with the chart's folder in front, dependencies unpacked under `charts/`. */
export function packedFiles(chart: Chart, parent = ''): ChartFile[] {
  const base = parent === '' ? chart.name : `${parent}/charts/${chart.name}`
  const file = (name: string, data: string | Uint8Array): ChartFile => ({
    name: `${base}/${name}`,
    data: typeof data === 'string' ? encoder.encode(data) : data,
  })
  const raw = (name: string): ChartFile[] => chart.raw.filter((each) => each.name === name)
  return [
    file('Chart.yaml', dumpMetadata(chart.metadata)),
    ...(chart.lock === undefined || chart.metadata.apiVersion !== 'v2'
      ? []
      : [file('Chart.lock', dumpLock(chart.lock))]),
    ...[...raw('values.yaml'), ...raw('values.schema.json'), ...chart.templates, ...chart.files].map((each) =>
      file(each.name, each.data),
    ),
    ...chart.dependencies.flatMap((child) => packedFiles(child, base)),
  ]
}

/** A lock file as Helm writes it. */
export function dumpLock(lock: Lock): string {
  const dependencies = (lock.dependencies ?? []).map((each) => (each === null ? null : dumpable(each)))
  return dump({ dependencies, digest: lock.digest, generated: lock.generated }, { dialect: 'sigs' })
}

const BLOCK = 512

/** A tar archive of files, with the time of each in seconds of the epoch. */
export function writeTar(files: readonly ChartFile[], time: number): Uint8Array {
  const blocks = files.flatMap((file) => [...headers(file, time), padded(file.data)])
  const out = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0) + 2 * BLOCK)
  let at = 0
  for (const block of blocks) {
    out.set(block, at)
    at += block.length
  }
  return out
}

function headers({ name, data }: ChartFile, time: number): Uint8Array[] {
  const long = encoder.encode(name)
  const own = header({ name: long.subarray(0, 100), size: data.length, type: '0', time })
  if (long.length <= 100) return [own]
  // GNU's way for long names: an entry of its own before.
  const entry = { name: encoder.encode('././@LongLink'), size: long.length + 1, type: 'L', time }
  return [header(entry), padded(new Uint8Array([...long, 0])), own]
}

function header(of: { name: Uint8Array; size: number; type: string; time: number }): Uint8Array {
  const block = new Uint8Array(BLOCK)
  const put = (offset: number, text: string): void => block.set(encoder.encode(text), offset)
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`
  block.set(of.name)
  put(100, octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(of.size, 12) + octal(of.time, 12))
  put(148, `        ${of.type}`)
  put(257, 'ustar  \0')
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  return block
}

function padded(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK)
  out.set(data)
  return out
}
