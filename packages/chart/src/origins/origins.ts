import type { FieldPath, Origin, Origins, SourceRange } from '@slipway/diag'
import type { CallSite, Segment } from '@slipway/gotemplate'
import { dereference, parseFirst, type YamlNode } from '@slipway/yaml'
import type { Manifest } from '../render/manifests.ts'
import type { ChartRender } from '../render/render.ts'
import type { ValuePlace } from '../values/place.ts'
import { Definitions } from './definitions.ts'
import { TemplateSources } from './sources.ts'

/** Origins of an object that a chart rendered. */
export interface ChartOrigins extends Origins {
  /** The values that decided, in conditions and loops around it, that a field is there or what it is. */
  controls(path: FieldPath): readonly Origin[]
}

/** Finds origins in a tracked rendering. */
export class OriginFinder {
  readonly #segments: ReadonlyMap<string, { text: string; segments: readonly Segment[] }>
  readonly #sources: TemplateSources
  readonly #render: ChartRender
  #definitions: Definitions | undefined

  constructor(render: ChartRender) {
    this.#segments = new Map(render.outputs.map((each) => [each.name, each]))
    this.#sources = new TemplateSources(render.chart)
    this.#render = render
  }

  /** Who defined values, and in what order. */
  get definitions(): Definitions {
    this.#definitions ??= new Definitions(this.#render.layers())
    return this.#definitions
  }

  /** The origins of one document's fields; its text is read when first asked. */
  of(manifest: Manifest): ChartOrigins {
    let root: YamlNode | undefined
    const find = (path: FieldPath): readonly Segment[] => {
      root ??= parseFirst(manifest.text, { dialect: 'sigs' })
      const extent = root === undefined ? undefined : extentAt(root, path)
      return extent === undefined ? [] : this.#overlapping(manifest, extent)
    }
    return {
      of: (path) => this.#origins(find(path), manifest),
      controls: (path) => this.#values(find(path).flatMap((each) => each.controls)),
    }
  }

  #overlapping(manifest: Manifest, extent: Extent): Segment[] {
    const start = manifest.offset + extent.start
    const end = manifest.offset + extent.end
    const all = this.#segments.get(manifest.source)?.segments ?? []
    return all
      .slice(firstEndingAt(all, start))
      .filter((each) => touches(each, { start, end }))
      .map((each) => ({ ...each, ...this.#narrowed(manifest.source, each, { start, end }) }))
  }

  /** Literal text of a template stands there as it was printed, so its place can be as narrow as the field. */
  #narrowed(source: string, segment: Segment, extent: Extent): Partial<Segment> {
    const { place } = segment
    const length = segment.end - segment.start
    if (place.end - place.start !== length) return {}
    const printed = this.#segments.get(source)?.text.slice(segment.start, segment.end)
    if (printed !== this.#sources.text(place.file)?.slice(place.start, place.end)) return {}
    const start = place.start + Math.max(0, extent.start - segment.start)
    const end = place.end - Math.max(0, segment.end - extent.end)
    return { place: { file: place.file, start, end } }
  }

  #origins(segments: readonly Segment[], manifest: Manifest): Origin[] {
    const printed = segments.flatMap((segment) => {
      const origin = this.#template(segment, manifest)
      return origin === undefined ? [] : [origin]
    })
    return [...unique(printed), ...this.#values(segments.flatMap((each) => each.refs))]
  }

  #template(segment: Segment, manifest: Manifest): Origin | undefined {
    const at = this.#sources.range(segment.place.file, segment.place) ?? this.#callRange(segment.through)
    if (at === undefined) return undefined
    const through = this.#chain(segment.through)
    return { kind: 'template', at, subject: manifest.source, ...(through.length === 0 ? {} : { through }) }
  }

  #callRange(site: CallSite | undefined): SourceRange | undefined {
    return site === undefined
      ? undefined
      : (this.#sources.range(site.place.file, site.place) ?? this.#callRange(site.caller))
  }

  #chain(site: CallSite | undefined): SourceRange[] {
    if (site === undefined) return []
    const range = this.#sources.range(site.place.file, site.place)
    return [...this.#chain(site.caller), ...(range === undefined ? [] : [range])]
  }

  #values(refs: readonly unknown[]): Origin[] {
    const places = [...new Set(refs)].filter(
      (ref): ref is ValuePlace => typeof ref === 'object' && ref !== null && 'layer' in ref,
    )
    return places.map((place) => this.definitions.origin(place))
  }
}

/** Several stretches of one action are one origin. */
function unique(origins: readonly Origin[]): Origin[] {
  const seen = new Set<string>()
  return origins.filter(({ at }) => {
    const key = at === undefined ? '' : `${at.file}:${at.start.offset}:${at.end.offset}`
    return !seen.has(key) && seen.add(key)
  })
}

interface Extent {
  readonly start: number
  readonly end: number
}

/** The text of a field: of a scalar itself, of a map or list the key that it stands behind. */
function extentAt(root: YamlNode, path: FieldPath): Extent | undefined {
  let node = dereference(root)
  let own: Extent = { start: node.start, end: node.start + 1 }
  for (const step of path) {
    const next = stepInto(node, step)
    if (next === undefined) return undefined
    node = dereference(next.value)
    own = isLeaf(node) ? node : keyExtent(next, node)
  }
  return own
}

/** Maps and lists stand behind their key; an empty scalar does, too, but what would print it stands after the key. */
function keyExtent({ key }: { key: YamlNode | undefined }, node: YamlNode): Extent {
  if (key === undefined) return { start: node.start, end: node.start + 1 }
  return node.kind === 'scalar' ? { start: key.end, end: Math.max(node.end, key.end) + 1 } : key
}

/** What has a text of its own: scalars, and the brackets of empty maps and lists. */
function isLeaf(node: YamlNode): boolean {
  if (node.end <= node.start) return false
  if (node.kind === 'scalar') return true
  return (node.kind === 'map' && node.entries.length === 0) || (node.kind === 'seq' && node.items.length === 0)
}

function stepInto(node: YamlNode, step: string | number): { key: YamlNode | undefined; value: YamlNode } | undefined {
  if (node.kind === 'seq') {
    const value = node.items[Number(step)]
    return value === undefined ? undefined : { key: undefined, value }
  }
  if (node.kind !== 'map') return undefined
  const name = String(step)
  const entry = node.entries.findLast(({ key }) => key.kind === 'scalar' && key.value === name)
  return entry === undefined ? undefined : { key: entry.key, value: entry.value }
}

/** Stretches without length touch at both ends. */
function touches(segment: Segment, extent: Extent): boolean {
  if (segment.start === segment.end) return segment.start >= extent.start && segment.start <= extent.end
  return segment.start < extent.end && segment.end > extent.start
}

function firstEndingAt(segments: readonly Segment[], offset: number): number {
  let low = 0
  let high = segments.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((segments[middle]?.end ?? 0) >= offset) high = middle
    else low = middle + 1
  }
  return low
}
