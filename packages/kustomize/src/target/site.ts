import type { OriginKind, SourceRange } from '@slipway/diag'
import type { YamlNode } from '@slipway/yaml'
import type { Kustomization } from '../config/kustomization.ts'
import type { Loader } from '../load/loader.ts'
import type { BuildOrigin } from '../resource/resource.ts'
import { rangeOfExtent } from '../tree/fields.ts'
import type { Maker } from '../tree/node.ts'
import { type BuildContext, extentOf, makerFor } from './context.ts'
import type { KustomizationFile } from './file.ts'

/** One kustomization that is being built. */
export interface Site {
  readonly loader: Loader
  readonly context: BuildContext
  readonly file: KustomizationFile
  /** Where it lies, for `buildMetadata`; absent where that asks for nothing. */
  readonly origin: BuildOrigin | undefined
  /** The namespace that charts get from the kustomizations above. */
  readonly helmNamespace: string
}

/** The kustomization file as ranges name it. */
export function siteFile(site: Site): string {
  return site.loader.fileName(site.file.name)
}

/** The node of a field, or of an item of it. */
export function fieldNode(site: Site, name: keyof Kustomization, item?: number): YamlNode | undefined {
  return site.file.places.ofField(site.file.content, name, item)
}

/** Where a field stands, or an item of it. */
export function entryRange(site: Site, name: keyof Kustomization, item?: number): SourceRange | undefined {
  return rangeOfExtent(extentOf(fieldNode(site, name, item)))
}

/** The maker for a field of the kustomization, or an item of it. */
export function fieldMaker(
  site: Site,
  name: keyof Kustomization,
  at: { kind?: OriginKind; item?: number } = {},
): Maker {
  return makerFor(name, at.kind ?? 'transformer', extentOf(fieldNode(site, name, at.item)))
}

/** The maker for one pair of a map of labels or annotations. */
export function pairMaker(site: Site, subject: string, pairs: object): (key: string) => Maker {
  return (key) => makerFor(subject, 'transformer', extentOf(site.file.places.ofField(pairs, key)))
}
