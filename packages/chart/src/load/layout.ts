import type { SourceTree } from '@slipway/diag'
import type { Chart } from '../chart.ts'
import type { Compat } from '../compat.ts'
import { ChartError } from '../errors.ts'
import { loadChartArchive } from './archive.ts'
import type { Unpack } from './files.ts'

/** How {@link loadChartLayout} reads. */
export interface LayoutOptions {
  readonly unpack: Unpack
  /** The SHA-256 of some bytes in hexadecimal digits: each blob must be what its name says. */
  readonly sha256: (data: Uint8Array) => string
  /** The tag (`org.opencontainers.image.ref.name`) or digest to take; needed where the layout holds several. */
  readonly reference?: string
  /** Which Helm's reading; 4.3 by default. */
  readonly compat?: Compat
}

interface Descriptor {
  readonly mediaType?: string
  readonly digest?: string
  readonly annotations?: Readonly<Record<string, string>>
}

const LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const TAG = 'org.opencontainers.image.ref.name'
const decoder = new TextDecoder()

/** Loads a chart from an OCI image layout: a folder of a tree with `oci-layout`, `index.json` and `blobs/sha256`. Throws `CHART_ARCHIVE` for what is missing or was changed. */
export function loadChartLayout(tree: SourceTree, path: string, options: LayoutOptions): Chart {
  const at = (name: string): string => (path === '' ? name : `${path}/${name}`)
  const index = parsed<{ manifests?: Descriptor[] }>(tree.read(at('index.json')), 'index.json')
  const blob = (descriptor: Descriptor): Uint8Array => {
    const [, name = ''] = /^sha256:([0-9a-f]{64})$/.exec(descriptor.digest ?? '') ?? []
    const data = name === '' ? undefined : tree.read(at(`blobs/sha256/${name}`))
    if (data === undefined) return refuse(`blob ${descriptor.digest} is missing`)
    return options.sha256(data) === name ? data : refuse(`blob ${descriptor.digest} is not what its name says`)
  }
  const entry = chosen(index.manifests ?? [], options.reference)
  const manifest = parsed<{ layers?: Descriptor[] }>(blob(entry), 'the manifest')
  const layer = manifest.layers?.find(({ mediaType }) => mediaType === LAYER)
  if (layer === undefined) return refuse(`${entry.digest} is no chart: it has no layer of ${LAYER}`)
  return loadChartArchive(blob(layer), options.unpack, options.compat)
}

function chosen(manifests: readonly Descriptor[], reference: string | undefined): Descriptor {
  const fits = ({ digest, annotations }: Descriptor): boolean =>
    reference === undefined || digest === reference || annotations?.[TAG] === reference
  const [first, ...others] = manifests.filter(fits)
  if (first === undefined) return refuse(`${reference ?? 'a manifest'} is not in index.json`)
  if (others.length > 0) return refuse('the layout holds several charts: name one by its tag or digest')
  return first
}

function parsed<T extends object>(data: Uint8Array | undefined, what: string): T {
  if (data === undefined) return refuse(`${what} is missing`)
  let value: unknown
  try {
    value = JSON.parse(decoder.decode(data))
  } catch (error) {
    throw new ChartError('CHART_ARCHIVE', `OCI layout: ${what} is no JSON`, { cause: error })
  }
  return typeof value === 'object' && value !== null ? (value as T) : refuse(`${what} is no object`)
}

function refuse(reason: string): never {
  throw new ChartError('CHART_ARCHIVE', `OCI layout: ${reason}`, {
    hint: 'Copy the chart into the folder again, as helm push or oras would into a registry.',
  })
}
