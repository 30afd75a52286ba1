import { createHash } from 'node:crypto'

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'

export interface Target {
  /** `127.0.0.1:<port>` of the embedded registry. */
  readonly host: string
  readonly token: string
}

export interface PushedIndex {
  readonly repository: string
  readonly tag: string
  readonly platforms: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  /** Makes two builds of the same sources differ, as real ones do. */
  readonly build: number
}

/** Pushes an image of several platforms through the distribution API, as buildx does, and gives the digest of its index. */
export async function pushIndex(target: Target, image: PushedIndex): Promise<string> {
  const base = `http://${target.host}/v2/${image.repository}`
  const write = writer(target)
  const manifests = []
  for (const platform of image.platforms) {
    const [os, architecture] = platform.split('/')
    const config = {
      os,
      architecture,
      config: { Labels: image.labels ?? {} },
      rootfs: { type: 'layers', diff_ids: [] },
    }
    const blob = Buffer.from(JSON.stringify({ ...config, build: image.build }))
    await upload(base, write, blob)
    const descriptor = {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(blob),
      size: blob.length,
    }
    const manifest = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config: descriptor, layers: [] }),
    )
    await write('PUT', `${base}/manifests/${digestOf(manifest)}`, { body: manifest, type: MANIFEST })
    manifests.push({
      mediaType: MANIFEST,
      digest: digestOf(manifest),
      size: manifest.length,
      platform: { os, architecture },
    })
  }
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }))
  await write('PUT', `${base}/manifests/${image.tag}`, { body: index, type: INDEX })
  return digestOf(index)
}

/** Whether the registry has a manifest of that digest. */
export async function hasDigest(target: Target, repository: string, digest: string): Promise<boolean> {
  const headers = { accept: `${INDEX}, ${MANIFEST}` }
  return (await fetch(`http://${target.host}/v2/${repository}/manifests/${digest}`, { headers })).ok
}

type Write = (method: string, url: string, content?: { body: Buffer; type: string }) => Promise<Response>

function writer({ token }: Target): Write {
  return async (method, url, content) => {
    const headers = { authorization: `Bearer ${token}`, ...(content ? { 'content-type': content.type } : {}) }
    const answer = await fetch(url, { method, headers, ...(content ? { body: new Uint8Array(content.body) } : {}) })
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`)
    return answer
  }
}

async function upload(base: string, write: Write, blob: Buffer): Promise<void> {
  const started = await write('POST', `${base}/blobs/uploads/`)
  const place = new URL(started.headers.get('location') ?? '', base)
  place.searchParams.set('digest', digestOf(blob))
  await write('PUT', place.href, { body: blob, type: 'application/octet-stream' })
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
