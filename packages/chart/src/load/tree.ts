import type { SourceTree } from '@slipway/diag'
import type { Chart, ChartFile } from '../chart.ts'
import type { Compat } from '../compat.ts'
import { ChartError } from '../errors.ts'
import { MAX_FILE_SIZE } from './archive.ts'
import { chartFromFiles, type Unpack } from './files.ts'
import { type IgnoreRules, parseIgnore } from './ignore.ts'
import { withoutMark } from './octets.ts'

/** How {@link loadChart} reads. */
export interface LoadOptions {
  /** Reads packaged subcharts (`.tgz` under `charts/`); `nodeUnpack` of `@slipway/chart/node` does. Without it they are refused. */
  readonly unpack?: Unpack
  /** Which Helm is stood in for: Helm 3 takes the first document of values.yaml only, and no file of more than 5 MiB. 4.3 by default. */
  readonly compat?: Compat
  /** Bytes of all files together; Helm's 100 MiB by default. */
  readonly maxSize?: number
  /** Number of files; 10,000 by default. */
  readonly maxFiles?: number
}

const MAX_SIZE = 100 * 1024 * 1024
const MAX_FILES = 10_000
const MAX_LINKS = 40
const decoder = new TextDecoder()

/**
 * Loads the chart in a folder of a tree, with `.helmignore` and the charts vendored under `charts/`.
 *
 * Symbolic links are followed while they stay inside the chart; one that leaves it is refused, other than by Helm, since trees come from git and
 * archives. Throws {@link ChartError} with Helm's words.
 *
 * @example
 * const chart = loadChart(tree, 'deploy/chart')
 */
export function loadChart(tree: SourceTree, path = '', options: LoadOptions = {}): Chart {
  const kind = tree.stat(path)
  if (kind !== 'directory') {
    throw new ChartError('CHART_LOAD', `path ${quoted(path)} not found`, {
      hint: 'Name the folder that holds Chart.yaml.',
    })
  }
  const ignore = parseIgnore(decoded(tree.read(join(path, '.helmignore'))))
  const walk = new Walk(tree, { root: path, ignore, options })
  walk.directory('', path, [])
  return chartFromFiles(walk.files, { unpack: options.unpack, compat: options.compat, directory: path })
}

function quoted(path: string): string {
  return JSON.stringify(path)
}

function decoded(data: Uint8Array | undefined): string | undefined {
  return data === undefined ? undefined : decoder.decode(data)
}

class Walk {
  readonly files: ChartFile[] = []
  readonly #tree: SourceTree
  readonly #root: string
  readonly #ignore: IgnoreRules
  readonly #isHelm3: boolean
  readonly #maxFiles: number
  readonly #maxSize: number
  #left: number

  constructor(tree: SourceTree, of: { root: string; ignore: IgnoreRules; options: LoadOptions }) {
    this.#tree = tree
    this.#root = of.root
    this.#ignore = of.ignore
    this.#isHelm3 = of.options.compat === 'helm3'
    this.#maxFiles = of.options.maxFiles ?? MAX_FILES
    this.#maxSize = of.options.maxSize ?? MAX_SIZE
    this.#left = this.#maxSize
  }

  /** `name` is the path in the chart, `real` that in the tree, `through` the links on the way. */
  directory(name: string, real: string, through: readonly string[]): void {
    for (const entry of this.#tree.list(real)) {
      this.#entry(join(name, entry.name), join(real, entry.name), through)
    }
  }

  #entry(name: string, real: string, through: readonly string[]): void {
    const kind = this.#tree.stat(real)
    if (kind === 'symlink') return this.#link(name, real, through)
    if (kind === undefined || this.#ignore(name, kind === 'directory')) return
    if (kind === 'directory') return this.directory(name, real, through)
    const data = this.#tree.read(real)
    if (data === undefined) throw new ChartError('CHART_LOAD', `error reading ${name}: the tree does not hold it`)
    this.#count(name, data)
    this.files.push({ name, data: withoutMark(data) })
  }

  #link(name: string, real: string, through: readonly string[]): void {
    const target = this.#target(name, real)
    if (through.includes(real) || through.length >= MAX_LINKS) {
      throw new ChartError('CHART_LOAD', `error evaluating symlink ${real}: too many links`)
    }
    this.#entry(name, target, [...through, real])
  }

  #target(name: string, real: string): string {
    const link = this.#tree.readlink(real) ?? ''
    const parts = link.startsWith('/') ? undefined : resolve(real, link)
    const target = parts?.join('/')
    const isInside = target !== undefined && (this.#root === '' || target.startsWith(`${this.#root}/`))
    if (!isInside) {
      throw new ChartError('CHART_LOAD', `symbolic link ${name} leaves the chart: ${link}`, {
        hint: 'Put the file into the chart.',
      })
    }
    if (this.#tree.stat(target) === undefined) {
      throw new ChartError('CHART_LOAD', `error evaluating symlink ${real}: lstat ${target}: no such file or directory`)
    }
    return target
  }

  #count(name: string, data: Uint8Array): void {
    if (this.#isHelm3 && data.length > MAX_FILE_SIZE) {
      const file = quoted(name.slice(name.lastIndexOf('/') + 1))
      throw new ChartError('CHART_LOAD', `chart file ${file} is larger than the maximum file size ${MAX_FILE_SIZE}`)
    }
    this.#left -= data.length
    if (this.#left < 0) {
      throw new ChartError('CHART_LOAD', `chart is larger than the maximum size ${this.#maxSize}`)
    }
    if (this.files.length >= this.#maxFiles) {
      throw new ChartError('CHART_LOAD', `chart has more than ${this.#maxFiles} files`)
    }
  }
}

/** The parts of a link's target; undefined when it climbs out of the tree. */
function resolve(from: string, link: string): string[] | undefined {
  const parts = from.split('/').slice(0, -1)
  for (const part of link.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined
    if (part !== '' && part !== '.' && part !== '..') parts.push(part)
  }
  return parts
}

function join(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`
}
