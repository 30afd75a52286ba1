import { parseFirst, toValue, type YamlMap } from '@slipway/yaml'
import { wrapped } from '../errors.ts'
import type { Hook } from '../render/hooks.ts'
import type { Manifest } from '../render/manifests.ts'
import type { ChartRender } from '../render/render.ts'
import { type ChartOrigins, OriginFinder } from './origins.ts'

/** One rendered object. */
export interface ManifestObject {
  /** The object as plain data; integers beyond 2^53 are bigints. */
  readonly object: YamlMap
  /** The template: `chart/templates/a.yaml`, or the file of a CRD. */
  readonly source: string
  /** Its YAML, as printed. */
  readonly text: string
  /** Present for hooks. */
  readonly hook: Hook | undefined
  /** Present in a tracked rendering, for all that came from a template. */
  readonly origins: ChartOrigins | undefined
}

/** Which objects are wanted besides the manifests; both left out by default, as `helm template` without flags has hooks and no CRDs. */
export interface ObjectsOptions {
  readonly hooks?: boolean
  readonly crds?: boolean
}

/**
 * The rendered objects as data: CRDs first, then manifests, then hooks, each in the order of installation. Documents that hold no map
 * (comments only, a bare `null`) are left out. Throws `CHART_MANIFEST` for CRD files that are no YAML.
 *
 * @example
 * for (const { object, origins } of manifestObjects(renderChart({ ...options, track: true }))) origins?.of(['spec', 'replicas'])
 */
export function manifestObjects(render: ChartRender, options: ObjectsOptions = {}): ManifestObject[] {
  const finder = render.isTracked ? new OriginFinder(render) : undefined
  const crds = options.crds === true ? render.crds.flatMap(({ source, text }) => crdObjects(source, text)) : []
  const found = [...render.manifests, ...(options.hooks === true ? render.hooks : [])]
  return [...crds, ...found.flatMap((manifest) => objectOf(manifest, finder))]
}

function objectOf(manifest: Manifest, finder: OriginFinder | undefined): ManifestObject[] {
  const object = parse(manifest.source, manifest.text)
  if (object === undefined) return []
  const { source, text } = manifest
  const hook = 'events' in manifest ? (manifest as Hook) : undefined
  return [{ object, source, text, hook, origins: finder?.of(manifest) }]
}

function crdObjects(source: string, text: string): ManifestObject[] {
  return text.split(/^---.*$/m).flatMap((part) => {
    const object = parse(source, part)
    return object === undefined ? [] : [{ object, source, text: part, hook: undefined, origins: undefined }]
  })
}

function parse(source: string, text: string): YamlMap | undefined {
  try {
    const node = parseFirst(text, { dialect: 'sigs', file: source })
    const value = node === undefined ? null : toValue(node, { dialect: 'sigs' })
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch (error) {
    throw wrapped('CHART_MANIFEST', `YAML parse error on ${source}`, error)
  }
}
