import { createHash } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeLayer, type Blob } from './layer.ts'
import type { StageState } from './state.ts'
import type { ImageConfig } from './types.ts'

/** The media types of what we write. */
export const MEDIA = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const

/** The label and annotation by which a host image can be told from a real one. */
export const HOST_IMAGE_LABEL = 'slipway.host-image'

/** What a layout is written from. */
export interface LayoutInput {
  readonly directory: string
  readonly id: string
  readonly state: StageState
  readonly config: ImageConfig
}

/** Writes an OCI image layout of one manifest with one layer; gives the manifest's digest. Every byte follows from the image, none from the time. */
export async function writeLayout(input: LayoutInput): Promise<string> {
  const blobs = join(input.directory, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  const partial = join(blobs, 'layer.partial')
  const { diffId, ...layer } = await writeLayer(input.state.root, input.state.owners, partial)
  await rename(partial, join(blobs, layer.digest.slice('sha256:'.length)))
  const config = await writeJson(blobs, configJson(input, diffId))
  const annotations = { [HOST_IMAGE_LABEL]: input.id }
  const manifest = await writeJson(blobs, {
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    config: { mediaType: MEDIA.config, ...config },
    layers: [{ mediaType: MEDIA.layer, ...layer }],
    annotations,
  })
  const named = { ...annotations, 'org.opencontainers.image.ref.name': input.id }
  const index = {
    schemaVersion: 2,
    mediaType: MEDIA.index,
    manifests: [{ mediaType: MEDIA.manifest, ...manifest, annotations: named }],
  }
  await writeFile(join(input.directory, 'index.json'), JSON.stringify(index))
  await writeFile(join(input.directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  return manifest.digest
}

async function writeJson(blobs: string, value: unknown): Promise<Blob> {
  const bytes = Buffer.from(JSON.stringify(value))
  const hex = createHash('sha256').update(bytes).digest('hex')
  await writeFile(join(blobs, hex), bytes)
  return { digest: `sha256:${hex}`, size: bytes.length }
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' }

/** Platform names as OCI spells them (`linux`, `amd64`). */
export function ociPlatform(): { os: string; architecture: string } {
  return { os: process.platform, architecture: ARCHITECTURES[process.arch] ?? process.arch }
}

function configJson({ id, config }: LayoutInput, layer: string): unknown {
  const created = '1970-01-01T00:00:00Z'
  return {
    created,
    ...ociPlatform(),
    config: {
      ...(config.user === '' ? {} : { User: config.user }),
      ...(config.exposed.length === 0 ? {} : { ExposedPorts: emptyObjects(config.exposed) }),
      ...(config.env.length === 0 ? {} : { Env: config.env }),
      ...(config.entrypoint.length === 0 ? {} : { Entrypoint: config.entrypoint }),
      ...(config.cmd.length === 0 ? {} : { Cmd: config.cmd }),
      ...(config.volumes.length === 0 ? {} : { Volumes: emptyObjects(config.volumes) }),
      WorkingDir: config.workingDir,
      Labels: { ...config.labels, [HOST_IMAGE_LABEL]: id },
      ...(config.stopSignal === undefined ? {} : { StopSignal: config.stopSignal }),
      ...(config.healthcheck === undefined ? {} : { Healthcheck: healthcheckJson(config.healthcheck) }),
    },
    rootfs: { type: 'layers', diff_ids: [layer] },
    history: [{ created, created_by: 'slipway', comment: 'the host is the layer below' }],
  }
}

function healthcheckJson(check: NonNullable<ImageConfig['healthcheck']>): unknown {
  return {
    Test: check.test,
    Interval: check.intervalNs,
    Timeout: check.timeoutNs,
    StartPeriod: check.startPeriodNs,
    StartInterval: check.startIntervalNs,
    Retries: check.retries,
  }
}

function emptyObjects(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]))
}
