import { createHash } from 'node:crypto'
import { loadChartLayout } from '@slipway/chart'
import { nodeUnpack } from '@slipway/chart/node'
import { memoryTree } from '@slipway/diag'
import { describe, expect, it } from 'vitest'
import { failure } from './helm.ts'
import { tar } from './tar.ts'

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')
const CONTENT = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'

interface Entry {
  readonly tag: string
  readonly version: string
  readonly mediaType?: string
}

function layout(...entries: readonly Entry[]): Record<string, string | Uint8Array> {
  const files: Record<string, string | Uint8Array> = { 'oci-layout': '{"imageLayoutVersion":"1.0.0"}' }
  const put = (data: Uint8Array | string): string => {
    files[`blobs/sha256/${sha256(data)}`] = data
    return `sha256:${sha256(data)}`
  }
  const manifests = entries.map(({ tag, version, mediaType = CONTENT }) => {
    const digest = put(tar([['c/Chart.yaml', `apiVersion: v2\nname: c\nversion: ${version}\n`]]))
    const manifest = put(JSON.stringify({ schemaVersion: 2, layers: [{ mediaType, digest }] }))
    return { digest: manifest, annotations: { 'org.opencontainers.image.ref.name': tag } }
  })
  return { ...files, 'index.json': JSON.stringify({ schemaVersion: 2, manifests }) }
}

function load(files: Record<string, string | Uint8Array>, reference?: string): string {
  const chart = loadChartLayout(memoryTree(files), '', { unpack: nodeUnpack, sha256, ...(reference && { reference }) })
  return chart.metadata.version
}

describe('an OCI layout', () => {
  const one = { tag: '1.0.0', version: '1.0.0' }
  const two = { tag: '2.0.0', version: '2.0.0' }

  it('gives its only chart, or the one that is named', () => {
    expect(load(layout(one))).toBe('1.0.0')
    expect(load(layout(one, two), '2.0.0')).toBe('2.0.0')
  })

  it('is refused where none or several fit', () => {
    expect(failure(() => load(layout(one, two)))).toContain('several charts')
    expect(failure(() => load(layout(one), '3.0.0'))).toContain('3.0.0 is not in index.json')
    expect(failure(() => load(layout({ ...one, mediaType: 'x/y' })))).toContain('is no chart')
  })

  it('is refused where a blob is missing or was changed', () => {
    const files = layout(one)
    const blobs = Object.keys(files).filter((name) => name.startsWith('blobs/'))
    for (const name of blobs) {
      expect(failure(() => load({ ...files, [name]: '{}' }))).toContain('is not what its name says')
      const { [name]: _, ...others } = files
      expect(failure(() => load(others))).toContain('is missing')
    }
    expect(failure(() => load({ ...files, 'index.json': '{' }))).toContain('index.json is no JSON')
  })
})
