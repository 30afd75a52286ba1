import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal, sendEmpty } from './answers.ts'
import { hexOf, isTag } from './names.ts'
import type { RegistryStorage } from './storage.ts'

const LARGEST = 4 * 1024 * 1024

/** One request about one manifest. */
export interface ManifestCall {
  readonly storage: RegistryStorage
  readonly repository: string
  /** A tag or a digest. */
  readonly reference: string
}

/** GET and HEAD: the manifest as it was pushed, whatever `Accept` says, as distribution does. */
export async function getManifest(call: ManifestCall, response: ServerResponse): Promise<void> {
  const found = await call.storage.readManifest(call.repository, call.reference)
  if (found === undefined)
    throw new Refusal(404, 'MANIFEST_UNKNOWN', `${call.repository}:${call.reference} is not here`)
  response.writeHead(200, {
    'content-type': found.mediaType,
    'content-length': String(found.bytes.length),
    'docker-content-digest': found.digest,
    etag: `"${found.digest}"`,
  })
  response.end(response.req.method === 'HEAD' ? undefined : found.bytes)
}

/** PUT: accepted when it is JSON, has the digest that the URL names, and all that it refers to is here. */
export async function putManifest(
  call: ManifestCall,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { storage, repository, reference } = call
  const byDigest = hexOf(reference) !== undefined
  if (!byDigest && !isTag(reference)) throw new Refusal(400, 'MANIFEST_INVALID', `${reference} is no tag`)
  const bytes = await readBody(request)
  const mediaType = await checkManifest(storage, bytes, request.headers['content-type'])
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  if (byDigest && digest !== reference)
    throw new Refusal(400, 'DIGEST_INVALID', `the manifest has the digest ${digest}`)
  await storage.putManifest(repository, { bytes, mediaType })
  if (!byDigest) await storage.putTag(repository, reference, digest)
  sendEmpty(response, 201, { location: `/v2/${repository}/manifests/${digest}`, 'docker-content-digest': digest })
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST) throw new Refusal(413, 'SIZE_INVALID', 'a manifest may have 4 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function checkManifest(
  storage: RegistryStorage,
  bytes: Buffer,
  contentType: string | undefined,
): Promise<string> {
  const manifest = parseObject(bytes)
  if (manifest === undefined) throw new Refusal(400, 'MANIFEST_INVALID', 'the manifest is no JSON object')
  for (const digest of references(manifest)) {
    if ((await storage.blobSize(digest)) === undefined)
      throw new Refusal(400, 'MANIFEST_BLOB_UNKNOWN', `${digest} is not here`)
  }
  const mediaType = manifest['mediaType'] ?? contentType
  if (typeof mediaType !== 'string') throw new Refusal(400, 'MANIFEST_INVALID', 'the manifest has no media type')
  return mediaType
}

function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** Config, layers, and for an index its manifests: all are blobs here. */
function references(manifest: Record<string, unknown>): string[] {
  const lists = ['layers', 'manifests'].flatMap((name) => {
    const list = manifest[name]
    return Array.isArray(list) ? (list as unknown[]) : []
  })
  return [manifest['config'], ...lists].flatMap((descriptor) => {
    const digest =
      descriptor !== null && typeof descriptor === 'object' && 'digest' in descriptor ? descriptor.digest : undefined
    return typeof digest === 'string' ? [digest] : []
  })
}
