import type { SourceTree } from '@slipway/diag'
import type { Extent, YamlNode } from '@slipway/yaml'
import type { Places } from '../config/decode.ts'
import type { HelmChartEntry } from '../config/kustomization.ts'
import type { MergeSchema } from '../filters/schema.ts'
import { builtInSchema } from '../filters/schema.ts'
import type { ScopeFacts } from '../resource/resource.ts'
import type { Maker } from '../tree/node.ts'
import type { CustomSchema } from './custom-schema.ts'

/** A chart to render for `helmCharts`. */
export interface ChartRequest {
  /** The entry, its globals and inherited namespace filled in. */
  readonly chart: HelmChartEntry
  readonly tree: SourceTree
  /** The directory of the chart in the tree. */
  readonly directory: string
  /** Texts of values files, later ones win. */
  readonly values: readonly string[]
}

/** Renders a chart to the text of its manifests. */
export type ChartRenderer = (request: ChartRequest) => string

/** A program to run as a KRM function. */
export interface FunctionRequest {
  /** As the annotation has it, relative to the directory. */
  readonly path: string
  readonly args: readonly string[]
  /** `NAME=value` */
  readonly env: readonly string[]
  /** The directory of the kustomization as messages name it. */
  readonly directory: string
}

/** Runs a function with a ResourceList as its standard input and gives its standard output; throws a CodedError where it fails. */
export type FunctionRunner = (request: FunctionRequest, input: string) => string

/** An entry that did nothing. */
export interface UnusedEntry {
  readonly maker: Maker
  readonly reason: 'no image matches' | 'no target matches' | 'never replaced' | 'overridden by a later entry'
}

/** What may be turned on. */
export interface Switches {
  readonly helm: boolean
  readonly plugins: boolean
}

/** What a context is made of. */
export interface ContextOptions {
  readonly switches: Switches
  readonly renderChart: ChartRenderer | undefined
  readonly runFunction: FunctionRunner | undefined
  readonly maxPatches: number
}

/** What one build shares between its kustomizations. */
export class BuildContext {
  readonly switches: Switches
  readonly renderChart: ChartRenderer | undefined
  readonly runFunction: FunctionRunner | undefined
  readonly warnings: string[] = []
  /** Lines that kustomize logs, without the time in front. */
  readonly logs: string[] = []
  readonly unused: UnusedEntry[] = []
  /** Patches times targets so far, and how many there may be. */
  #patched = 0
  readonly maxPatches: number
  #custom: CustomSchema | undefined
  #builtIn = true
  #used = false
  #chosen = false

  constructor(of: ContextOptions) {
    this.switches = of.switches
    this.renderChart = of.renderChart
    this.runFunction = of.runFunction
    this.maxPatches = of.maxPatches
  }

  countPatch(): boolean {
    return ++this.#patched <= this.maxPatches
  }

  /** Says that the schema was asked, which makes kustomize load its own, to stay beside one that a later kustomization names. */
  useSchema(): void {
    this.#used = true
  }

  /** Whether a kustomization has said already which schema to use. */
  get hasSchema(): boolean {
    return this.#chosen
  }

  /** Whether the built-in schema counts too. */
  get usesBuiltInSchema(): boolean {
    return this.#builtIn
  }

  keepBuiltInSchema(): void {
    this.#chosen = true
  }

  /** Takes a schema file in the place of the built-in one; the first of a build counts. */
  setSchema(schema: CustomSchema): void {
    this.#chosen = true
    this.#custom = schema
    this.#builtIn = this.#used
  }

  get scopes(): ScopeFacts | undefined {
    return this.#custom?.scopes
  }

  /** How a kind merges; kinds that are not known merge as JSON does. */
  readonly schemaOf = (apiVersion: string, kind: string): MergeSchema | undefined => {
    this.#used = true
    const custom = this.#custom?.find(apiVersion, kind)
    if (custom !== undefined) return custom
    return this.#builtIn ? builtInSchema(apiVersion, kind) : undefined
  }
}

/** The text range of a node as the places of nodes hold it. */
export function extentOf(node: YamlNode | undefined): Extent | undefined {
  if (node?.source === undefined) return undefined
  return { source: node.source, start: node.start, end: node.end }
}

/** The maker for an entry of a kustomization or transformer file. */
export function makerFor(subject: string, kind: Maker['kind'], at: Extent | undefined): Maker {
  return { kind, subject, at }
}

/** Finds the place of a field of a decoded struct. */
export function placeOf(places: Places, owner: object, field: string, item?: number): Extent | undefined {
  return extentOf(places.ofField(owner, field, item))
}
