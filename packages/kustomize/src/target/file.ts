import { LineIndex, type SourceRange } from '@slipway/diag'
import { YamlError, parseFirst, toValue } from '@slipway/yaml'
import { Places, decode } from '../config/decode.ts'
import {
  KUSTOMIZATION,
  type Kustomization,
  type HelmChartEntry,
  type LegacyHelmEntry,
} from '../config/kustomization.ts'
import { KustomizeError, failure, prefixed } from '../errors.ts'
import type { Loader } from '../load/loader.ts'

/** A kustomization file as it was read. */
export interface KustomizationFile {
  readonly content: Kustomization
  /** `kustomization.yaml`, `kustomization.yml` or `Kustomization`. */
  readonly name: string
  readonly places: Places
  readonly warnings: readonly string[]
}

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']
const FIX = "Run 'kustomize edit fix' to update your Kustomization automatically."

type DeprecatedField = 'bases' | 'commonLabels' | 'imageTags' | 'patchesJson6902' | 'patchesStrategicMerge' | 'vars'
const DEPRECATED: readonly {
  readonly field: DeprecatedField
  readonly instead: string
  readonly experimental?: boolean
}[] = [
  { field: 'bases', instead: 'resources' },
  { field: 'commonLabels', instead: 'labels' },
  { field: 'imageTags', instead: 'images' },
  { field: 'patchesJson6902', instead: 'patches' },
  { field: 'patchesStrategicMerge', instead: 'patches' },
  { field: 'vars', instead: 'replacements', experimental: true },
]

/** Reads the kustomization of a directory, old spellings brought up to date. */
export function readKustomization(loader: Loader): KustomizationFile {
  const { name, text } = findFile(loader)
  const places = new Places()
  const raw = decodeFile(text, loader.fileName(name), places)
  const content = modernized(raw, places)
  if (isNothing(content)) throw failure('kustomization.yaml is empty', { range: wholeOf(text, loader.fileName(name)) })
  enforce(content, loader.label)
  return { content, name, places, warnings: warningsOf(raw) }
}

function wholeOf(text: string, file: string): SourceRange {
  const lines = new LineIndex(text)
  return { file, start: lines.at(0), end: lines.at(text.length) }
}

function findFile(loader: Loader): { name: string; text: string } {
  const found: { name: string; text: string }[] = []
  let denied: unknown
  for (const name of NAMES) {
    try {
      found.push({ name, text: loader.loadText(name) })
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error
      if (error.code === 'KUSTOMIZE_LIMIT') denied = error
    }
  }
  const [first] = found
  if (denied !== undefined) throw denied
  if (first === undefined) {
    const names = NAMES.map((each) => `'${each}'`)
    const list = `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`
    throw new KustomizeError('KUSTOMIZE_FILE', `unable to find one of ${list} in directory '${loader.label}'`)
  }
  if (found.length > 1) throw failure(`Found multiple kustomization files under: ${loader.label}\n`)
  return first
}

function decodeFile(text: string, file: string, places: Places): Kustomization {
  const context = { places, strict: true }
  try {
    const node = parseFirst(text, { dialect: 'sigs', file })
    if (node === undefined) return {}
    // What Go's conversion to JSON would refuse first.
    toValue(node, { dialect: 'sigs' })
    return (decode(node, KUSTOMIZATION, context) as Kustomization | undefined) ?? {}
  } catch (error) {
    throw error instanceof YamlError || error instanceof KustomizeError
      ? prefixed(error, 'invalid Kustomization')
      : error
  }
}

function warningsOf(content: Kustomization): string[] {
  return DEPRECATED.filter(({ field }) => content[field] !== undefined).map(({ field, instead, experimental }) => {
    const remedy = experimental === true ? `[EXPERIMENTAL] ${FIX}` : FIX
    return `# Warning: '${field}' is deprecated. Please use '${instead}' instead. ${remedy}`
  })
}

function modernized(content: Kustomization, places: Places): Kustomization {
  const { bases, imageTags, helmChartInflationGenerator: legacy, ...rest } = content
  const kind = content.kind || 'Kustomization'
  const version = kind === 'Component' ? 'v1alpha1' : 'v1beta1'
  const globals = legacy?.find((each) => each.chartHome || each.helmHome)
  const result: Kustomization = {
    ...rest,
    kind,
    apiVersion: content.apiVersion || `kustomize.config.k8s.io/${version}`,
    ...joined('resources', content.resources, bases),
    ...joined('images', content.images, imageTags),
    ...joined('helmCharts', content.helmCharts, legacy?.map(modernChart)),
    ...(globals === undefined || content.helmGlobals !== undefined
      ? {}
      : { helmGlobals: { chartHome: globals.chartHome ?? '', configHome: globals.helmHome ?? '' } }),
  }
  for (const [field, node] of fieldsOf(content, places)) places.keepField(result, field, node)
  return result
}

// Go appends: a list that is not there stays so where there is nothing to append.
function joined<T>(field: string, list: readonly T[] | undefined, more: readonly T[] | undefined): object {
  return more === undefined || more.length === 0 ? {} : { [field]: [...(list ?? []), ...more] }
}

function fieldsOf(content: Kustomization, places: Places): [string, NonNullable<ReturnType<Places['of']>>][] {
  return Object.keys(content).flatMap((field) => {
    const node = places.ofField(content, field)
    return node === undefined ? [] : [[field, node]]
  })
}

function modernChart(entry: LegacyHelmEntry): HelmChartEntry {
  return {
    ...(entry.chartName === undefined ? {} : { name: entry.chartName }),
    ...(entry.chartVersion === undefined ? {} : { version: entry.chartVersion }),
    ...(entry.chartRepoUrl === undefined ? {} : { repo: entry.chartRepoUrl }),
    ...(entry.values === undefined ? {} : { valuesFile: entry.values }),
    ...(entry.valuesLocal === undefined ? {} : { valuesInline: entry.valuesLocal }),
    ...(entry.valuesMerge === undefined ? {} : { valuesMerge: entry.valuesMerge }),
    ...(entry.releaseName === undefined ? {} : { releaseName: entry.releaseName }),
  }
}

// Go compares with an empty struct: an empty text is none, an empty list or map is one.
function isNothing({ kind: _kind, apiVersion: _version, ...rest }: Kustomization): boolean {
  return Object.values(rest).every((value) => value === undefined || value === '')
}

function enforce(content: Kustomization, directory: string): void {
  const errors: string[] = []
  const { kind = '', apiVersion } = content
  if (kind !== 'Kustomization' && kind !== 'Component') errors.push('kind should be Kustomization or Component')
  const wanted = `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`
  if (apiVersion !== wanted) errors.push(`apiVersion for ${kind} should be ${wanted}`)
  if (errors.length > 0) throw failure(`Failed to read kustomization file under ${directory}:\n${errors.join('\n')}`)
}
