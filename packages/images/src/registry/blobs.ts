import { createReadStream } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { isSystemError } from '@slipway/diag'
import { Refusal } from './answers.ts'
import type { RegistryStorage } from './storage.ts'

/** GET and HEAD of a blob, whole or one range of it. */
export async function getBlob(storage: RegistryStorage, digest: string, response: ServerResponse): Promise<void> {
  const size = await storage.blobSize(digest)
  if (size === undefined) throw new Refusal(404, 'BLOB_UNKNOWN', `${digest} is not here`)
  const range = readRange(response.req.headers.range, size)
  const { start, end } = range ?? { start: 0, end: size - 1 }
  response.writeHead(range === undefined ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': String(end - start + 1),
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
  })
  if (response.req.method === 'HEAD' || size === 0) {
    response.end()
    return
  }
  try {
    await pipeline(createReadStream(storage.blobPath(digest), { start, end }), response)
  } catch (error) {
    // The client went away in the middle; there is nobody left to tell.
    if (!isSystemError(error, 'ERR_STREAM_PREMATURE_CLOSE')) throw error
  }
}

/** `bytes=a-b`, `bytes=a-` or `bytes=-n`; several ranges are answered with the whole, as HTTP allows. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (match === null || (match[1] === '' && match[2] === '')) return undefined
  const suffix = match[1] === ''
  const start = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const end = suffix || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  if (start <= end && start < size) return { start, end }
  throw new Refusal(416, 'RANGE_INVALID', `the blob has ${size} bytes`, { 'content-range': `bytes */${size}` })
}
