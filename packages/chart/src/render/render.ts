import { GoMap, type GoMap as Table, goInt, type Limits, type Value } from '@slipway/gotemplate'
import type { Chart } from '../chart.ts'
import type { Compat } from '../compat.ts'
import { type Capabilities, capabilitiesValue, DEFAULT_KUBE_VERSION, parseKubeVersion } from '../data/capabilities.ts'
import { applyConditions, isCompatible } from '../dependencies/enabled.ts'
import { importValues } from '../dependencies/imports.ts'
import { ChartError, wrapped } from '../errors.ts'
import { helmFunctions, type RenderEnvironment } from '../functions/index.ts'
import type { Lookup } from '../functions/lookup.ts'
import { checkSchemas } from '../schema/check.ts'
import { coalesceValues } from '../values/coalesce.ts'
import { inputLayers, readInputs, type ValuesInput } from '../values/inputs.ts'
import { trackDefaults, type ValuesLayer } from '../values/defaults.ts'
import { type Rendered, runTemplates } from './engine.ts'
import type { Hook } from './hooks.ts'
import { type Manifest, sortManifests } from './manifests.ts'
import { notesOf } from './notes.ts'
import { templatesOf } from './templates.ts'

/** What templates see as `.Release`: its name, namespace and revision, and whether it is an install or an upgrade. */
export interface Release {
  readonly name: string
  readonly namespace: string
  /** 1 by default. */
  readonly revision?: number
  /** The opposite of `isUpgrade` by default. */
  readonly isInstall?: boolean
  readonly isUpgrade?: boolean
}

/** What {@link renderChart} renders and how. */
export interface RenderOptions {
  readonly chart: Chart
  /** In the order of application. */
  readonly values?: readonly ValuesInput[]
  readonly release: Release
  readonly environment: RenderEnvironment
  readonly capabilities?: Capabilities
  readonly lookup?: Lookup
  /** Records origins: `origins` of the result is there, and rendering takes somewhat longer. */
  readonly track?: boolean
  /** 4.3 by default. */
  readonly compat?: Compat
  /** Skips values.schema.json. */
  readonly skipSchema?: boolean
  /** Notes of subcharts come behind the chart's. */
  readonly subNotes?: boolean
  /** Bounds of the rendering of each template; {@link DEFAULT_LIMITS} by default. */
  readonly limits?: Limits
  /** Told of every field that a template reads; only when tracked. */
  readonly onRead?: (container: Table, key: string) => void
  /** Gets what templates printed before it is read as YAML: what there is to show when that fails. */
  readonly onOutputs?: (outputs: readonly Rendered[]) => void
  /** Gets what Helm logs, as it happens; `warnings` of the result has it, too. */
  readonly onWarning?: (line: string) => void
}

/** What a chart rendered to. */
export interface ChartRender {
  /** Objects in the order of installation; without hooks, CRDs and notes. */
  readonly manifests: readonly Manifest[]
  /** Hooks in the order of installation, of all events. */
  readonly hooks: readonly Hook[]
  /** Files under `crds/`, which are not rendered. */
  readonly crds: readonly { readonly source: string; readonly text: string }[]
  readonly notes: string
  /** What Helm logs on the way: values that do not fit, deprecated files. */
  readonly warnings: readonly string[]
  /** What each template printed, notes included: what origins and error reports look into. */
  readonly outputs: readonly Rendered[]
  /** The chart as it was rendered: conditions and aliases applied. */
  readonly chart: Chart
  /** The values as templates saw them at the start. */
  readonly values: Table
  /** What gave values, the weakest first, read again when asked; empty when not tracked. */
  readonly layers: () => readonly ValuesLayer[]
  readonly isTracked: boolean
}

/** Limits that honest charts stay far below: 64 MiB of text a template, ten million steps, and values of 2^26 bytes or items. */
export const DEFAULT_LIMITS: Limits = { output: 64 * 1024 * 1024, steps: 10_000_000 }

const decoder = new TextDecoder()

/**
 * Renders a chart as `helm template` does: a pure function that neither reads files nor talks to a cluster.
 *
 * Throws {@link ChartError} with Helm's words: `CHART_VALUES`, `CHART_SCHEMA`, `CHART_KUBE_VERSION`, `CHART_TEMPLATE`, `CHART_MANIFEST`, `CHART_LIMIT`.
 *
 * @example
 * const { manifests } = renderChart({ chart, release: { name: 'shop', namespace: 'staging' }, environment: nodeEnvironment() })
 */
export function renderChart(options: RenderOptions): ChartRender {
  const warnings: string[] = [...options.chart.warnings]
  const warn = (line: string): void => {
    warnings.push(line)
    options.onWarning?.(line)
  }
  const track = options.track === true
  const chart = options.chart.copy()
  const inputs = options.values ?? []
  const compat = options.compat ?? 'helm4'
  const given = readInputs(inputs, track, compat)
  const defaults = processDependencies(chart, given, { warn, track, compat })
  const capabilities = options.capabilities ?? {}
  const values = coalesceValues(chart, given, { merge: false, warn, compat })
  if (options.skipSchema !== true) checkSchemas(chart, values)
  checkKubeVersion(chart, capabilities)
  const templates = templatesOf(chart, values, {
    release: releaseValue(options.release),
    capabilities: capabilitiesValue(capabilities, compat),
    compat,
  })
  const { outputs, manifests, hooks } = about(chart, () => {
    const printed = runTemplates(templates, {
      functions: helmFunctions(options.environment, { lookup: options.lookup, compat }),
      limits: options.limits ?? DEFAULT_LIMITS,
      compat,
      track: track ? readOption(options) : undefined,
    })
    options.onOutputs?.(printed)
    const objects = printed.filter((each) => !isNotes(each.name))
    return { outputs: printed, ...sortManifests(objects, compat) }
  })
  const notes = notesOf(chart, outputs, options.subNotes === true)
  const crds = chart.crds().map(({ source, file }) => ({ source, text: decoder.decode(file.data) }))
  const layers = (): readonly ValuesLayer[] => (track ? [...defaults, ...inputLayers(inputs)] : [])
  return { manifests, hooks, crds, notes, warnings, outputs, chart, values, layers, isTracked: track }
}

// Whoever looks for the place of an error needs the chart as it was rendered.
function about<T>(chart: Chart, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof ChartError) error.chart = chart
    throw error
  }
}

function readOption(options: RenderOptions): { onRead?: (container: Table, key: string) => void } {
  return options.onRead === undefined ? {} : { onRead: options.onRead }
}

function isNotes(name: string): boolean {
  return name.endsWith('NOTES.txt')
}

/** Brings conditions, tags, aliases and imported values into a chart, in place (ProcessDependencies); the tracked defaults of all charts. */
export function processDependencies(
  chart: Chart,
  values: Table,
  options: { warn: (line: string) => void; track: boolean; compat?: Compat },
): ValuesLayer[] {
  try {
    const { warn, compat = 'helm4' } = options
    applyConditions(chart, values, { warn, compat })
    const layers = options.track ? trackDefaults(chart) : []
    importValues(chart, { warn, compat })
    return layers
  } catch (error) {
    if (!(error instanceof ChartError)) throw error
    throw wrapped(error.code, 'chart dependencies processing failed', error)
  }
}

function checkKubeVersion(chart: Chart, capabilities: Capabilities): void {
  const range = chart.metadata.kubeVersion
  if (range === '') return
  const { version, normalized } = parseKubeVersion(capabilities.kubeVersion ?? DEFAULT_KUBE_VERSION)
  if (isCompatible(range, normalized)) return
  throw new ChartError(
    'CHART_KUBE_VERSION',
    `chart requires kubeVersion: ${range} which is incompatible with Kubernetes ${version}`,
    { hint: 'Render for another version of Kubernetes, or widen kubeVersion in Chart.yaml.' },
  )
}

/** The value of `.Release`. */
export function releaseValue(release: Release): GoMap {
  const isUpgrade = release.isUpgrade === true
  return new GoMap(
    undefined,
    new Map<string, Value>([
      ['Name', release.name],
      ['Namespace', release.namespace],
      ['IsUpgrade', isUpgrade],
      ['IsInstall', release.isInstall ?? !isUpgrade],
      ['Revision', goInt(release.revision ?? 1)],
      ['Service', 'Helm'],
    ]),
  )
}
