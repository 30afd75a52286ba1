import type { GoMap } from '@slipway/gotemplate'
import type { Lock, Metadata } from './metadata.ts'

/** A file of a chart; `name` is relative to the chart, with `/`. */
export interface ChartFile {
  readonly name: string
  readonly data: Uint8Array
}

/** A definition of custom resources under `crds/`. */
export interface ChartCrd {
  /** The file's name with the path of its chart: `parent/charts/child/crds/a.yaml`. */
  readonly source: string
  readonly file: ChartFile
}

/**
 * A loaded chart with its vendored dependencies. Rendering works on copies: a chart can be loaded once and rendered often.
 */
export class Chart {
  metadata: Metadata
  lock: Lock | undefined = undefined
  /** The defaults of values.yaml. */
  values: GoMap
  /** The text of values.yaml and where it lies, for origins; undefined when there is none. */
  valuesText: { readonly file: string; readonly text: string } | undefined = undefined
  schema: Uint8Array | undefined = undefined
  templates: ChartFile[] = []
  /** All other files, `crds/` included. */
  files: ChartFile[] = []
  /** Every file as it was found, in order. */
  raw: ChartFile[] = []
  /** What Helm would print to stderr while it loads. */
  warnings: string[] = []
  /** The folder in the source tree, '' for its root or an archive: the front of the paths that origins name. */
  directory = ''
  parent: Chart | undefined = undefined
  dependencies: Chart[] = []

  constructor(metadata: Metadata, values: GoMap) {
    this.metadata = metadata
    this.values = values
  }

  get name(): string {
    return this.metadata.name
  }

  /** `parent/charts/child`: what template names begin with. */
  get fullPath(): string {
    return this.parent === undefined ? this.name : `${this.parent.fullPath}/charts/${this.name}`
  }

  get isLibrary(): boolean {
    return this.metadata.type.toLowerCase() === 'library'
  }

  /** Replaces the dependencies, whose parent this becomes. */
  setDependencies(charts: readonly Chart[]): void {
    for (const chart of charts) chart.parent = this
    this.dependencies = [...charts]
  }

  /** The files under `crds/`, those of dependencies behind the own ones. */
  crds(): ChartCrd[] {
    const own = this.files
      .filter((file) => file.name.startsWith('crds/') && /\.(?:yaml|yml|json)$/i.test(file.name))
      .map((file) => ({ source: `${this.fullPath}/${file.name}`, file }))
    return [...own, ...this.dependencies.flatMap((chart) => chart.crds())]
  }

  /** A copy that can be processed: files and values are shared, metadata and dependencies are not. */
  copy(): Chart {
    const copy = this.shallowCopy()
    copy.setDependencies(this.dependencies.map((chart) => chart.copy()))
    return copy
  }

  /** A copy with metadata of its own and the same dependencies, which keep their parent. */
  shallowCopy(): Chart {
    const copy = this.sharingCopy()
    copy.metadata.dependencies = copy.metadata.dependencies?.map((each) => (each === null ? null : { ...each }))
    return copy
  }

  /** The same with the very declarations of this chart's dependencies: what happens to one happens to both. */
  sharingCopy(): Chart {
    const copy = new Chart({ ...this.metadata }, this.values)
    const { lock, valuesText, schema, templates, files, raw, warnings, directory, parent } = this
    return Object.assign(copy, {
      lock,
      valuesText,
      schema,
      templates,
      files,
      raw,
      warnings,
      directory,
      parent,
      dependencies: this.dependencies,
    })
  }
}
