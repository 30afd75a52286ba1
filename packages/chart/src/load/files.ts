import { utf8 } from '@slipway/gotemplate'
import { compareBytes } from '@slipway/diag'
import { Chart, type ChartFile } from '../chart.ts'
import type { Compat } from '../compat.ts'
import { readLock, readMetadata } from '../decode/read.ts'
import { ChartError, wrapped } from '../errors.ts'
import { type Metadata, validateMetadata } from '../metadata.ts'
import { readFirstValues, readValues } from '../values/read.ts'
import { emptyMap } from '../values/table.ts'
import { octetProblem } from './octets.ts'

/** How packaged subcharts are read; without it a `.tgz` under `charts/` is refused. */
export type Unpack = (archive: Uint8Array, compat?: Compat) => ChartFile[]

/** What loading files needs besides them. */
export interface FilesOptions {
  readonly unpack: Unpack | undefined
  /** The folder of the chart, for origins. */
  readonly directory: string
  /** Which Helm's reading of values.yaml; 4.3 by default. */
  readonly compat?: Compat | undefined
  /** How many charts this one is inside of. */
  readonly depth?: number
}

const MAX_DEPTH = 32

/** Puts a chart together from its files (loader.LoadFiles). */
export function chartFromFiles(files: readonly ChartFile[], options: FilesOptions): Chart {
  if ((options.depth ?? 0) > MAX_DEPTH) {
    throw new ChartError('CHART_LOAD', `charts are nested more than ${MAX_DEPTH} deep`)
  }
  const assembly = new Assembly(files, options)
  for (const file of files) assembly.add(file)
  return assembly.finish()
}

class Assembly {
  readonly #options: FilesOptions
  readonly #chart: Chart
  #metadata: Metadata | undefined
  readonly #subcharts = new Map<string, ChartFile[]>()

  constructor(files: readonly ChartFile[], options: FilesOptions) {
    this.#options = options
    this.#metadata = metadataOf(files)
    this.#chart = new Chart(this.#metadata ?? readMetadata(''), emptyMap())
    this.#chart.raw = [...files]
    this.#chart.directory = options.directory
  }

  add(file: ChartFile): void {
    switch (file.name) {
      case 'Chart.yaml':
        return
      case 'Chart.lock':
        this.#chart.lock = reading('Chart.lock', () => readLock(textOf(file)))
        return
      case 'values.yaml':
        this.#values(file)
        return
      case 'values.schema.json':
        this.#chart.schema = file.data
        return
      case 'requirements.yaml':
      case 'requirements.lock':
        this.#requirements(file)
        return
      default:
        this.#other(file)
    }
  }

  #values(file: ChartFile): void {
    const text = textOf(file)
    const isHelm3 = this.#options.compat === 'helm3'
    this.#chart.values = reading('values.yaml', () => {
      checkOctets(file, isHelm3 ? '' : 'cannot unmarshal yaml document: ')
      return isHelm3 ? readFirstValues(text) : readValues(text)
    })
    this.#chart.valuesText = { file: inDirectory(this.#options.directory, file.name), text }
  }

  #requirements(file: ChartFile): void {
    this.#metadata ??= readMetadata('')
    const isLock = file.name === 'requirements.lock'
    if (this.#metadata.apiVersion !== 'v1') this.#chart.warnings.push(isLock ? OLD_LOCK : OLD_DEPENDENCIES)
    const text = textOf(file)
    if (isLock) this.#chart.lock = reading('requirements.lock', () => readLock(text))
    else this.#metadata = reading('requirements.yaml', () => readMetadata(text, this.#metadata))
    if (this.#metadata.apiVersion === 'v1') this.#chart.files.push(file)
  }

  #other(file: ChartFile): void {
    if (file.name.startsWith('templates/')) this.#chart.templates.push(file)
    else if (!file.name.startsWith('charts/') || file.name.endsWith('.prov')) this.#chart.files.push(file)
    else {
      const name = file.name.slice('charts/'.length)
      const chart = name.split('/', 1)[0] ?? ''
      const list = this.#subcharts.get(chart) ?? []
      list.push({ name, data: file.data })
      this.#subcharts.set(chart, list)
    }
  }

  finish(): Chart {
    if (this.#metadata === undefined) {
      throw new ChartError('CHART_LOAD', 'Chart.yaml file is missing', { hint: 'Add Chart.yaml or correct the path.' })
    }
    this.#chart.metadata = this.#metadata
    validateMetadata(this.#metadata)
    const names = [...this.#subcharts.keys()].filter((name) => !/^[_.]/.test(name)).sort(compareBytes)
    this.#chart.setDependencies(names.map((name) => this.#subchart(name)))
    return this.#chart
  }

  #subchart(name: string): Chart {
    const files = this.#subcharts.get(name) ?? []
    const prefix = `error unpacking subchart ${name} in ${this.#chart.name}`
    return attempt({ prefix, hint: 'Correct the chart under charts/.' }, () => {
      const isArchive = name.endsWith('.tgz')
      return chartFromFiles(isArchive ? this.#unpack(name, files) : membersOf(files), {
        unpack: this.#options.unpack,
        compat: this.#options.compat,
        directory: isArchive ? '' : inDirectory(this.#options.directory, `charts/${name}`),
        depth: (this.#options.depth ?? 0) + 1,
      })
    })
  }

  #unpack(name: string, files: readonly ChartFile[]): ChartFile[] {
    const [file] = files
    if (file === undefined || file.name !== name) {
      const got = file?.name ?? ''
      const owner = this.#chart.name
      throw new ChartError('CHART_LOAD', `error unpacking subchart tar in ${owner}: expected ${name}, got ${got}`)
    }
    if (this.#options.unpack === undefined) {
      throw new ChartError('CHART_ARCHIVE', 'packaged charts cannot be read here', {
        hint: 'Hand in `unpack`, or unpack the chart into its folder.',
      })
    }
    return this.#options.unpack(file.data, this.#options.compat)
  }
}

const OLD_DEPENDENCIES =
  'Warning: Dependencies are handled in Chart.yaml since apiVersion "v2". We recommend migrating dependencies to Chart.yaml.'
const OLD_LOCK =
  'Warning: Dependency locking is handled in Chart.lock since apiVersion "v2". We recommend migrating to Chart.lock.'

/** Files directly under `charts/` are no charts. */
function membersOf(files: readonly ChartFile[]): ChartFile[] {
  return files
    .filter((file) => file.name.includes('/'))
    .map(({ name, data }) => ({ name: name.slice(name.indexOf('/') + 1), data }))
}

function metadataOf(files: readonly ChartFile[]): Metadata | undefined {
  let metadata: Metadata | undefined
  for (const file of files) {
    if (file.name !== 'Chart.yaml') continue
    metadata = reading('Chart.yaml', () => {
      checkOctets(file, '')
      return readMetadata(textOf(file), metadata)
    })
    if (metadata.apiVersion === '') metadata.apiVersion = 'v1'
  }
  return metadata
}

function reading<T>(file: string, work: () => T): T {
  return attempt({ prefix: `cannot load ${file}`, hint: `Correct ${file}.` }, work)
}

function attempt<T>({ prefix, hint }: { readonly prefix: string; readonly hint: string }, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { code = 'CHART_LOAD', hint: own = hint } = error instanceof ChartError ? error : {}
    throw wrapped(code, prefix, error, { hint: own })
  }
}

function checkOctets(file: ChartFile, prefix: string): void {
  const problem = octetProblem(file.data)
  if (problem === undefined) return
  throw new ChartError('CHART_LOAD', `${prefix}error converting YAML to JSON: ${problem}`, {
    hint: `Save ${file.name} as UTF-8.`,
  })
}

function textOf(file: ChartFile): string {
  return utf8.decodeBytes(file.data)
}

function inDirectory(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`
}
