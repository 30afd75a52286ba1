import { HelmError } from './io.ts'

/** As much as a packaged chart may hold; indexes of large public repositories have less than a third of it. */
const MAX_BYTES = 100 * 1024 * 1024
/** Helm's own patience with a server, in milliseconds. */
const TIMEOUT = 120_000

/** Fetches an address; a failed answer is an error with its status, and so is one that never ends or is larger than `limit` bytes. */
export async function download(url: string, limit = MAX_BYTES): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT) })
    if (!response.ok) throw new HelmError(`failed to fetch ${url} : ${response.status} ${response.statusText}`)
    return await readWithin(response, limit, url)
  } catch (error) {
    if (error instanceof HelmError) throw error
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new HelmError(`Get "${url}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause: error })
  }
}

async function readWithin({ body }: Response, limit: number, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop ends the connection, so that nothing more is sent.
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > limit) throw new HelmError(`failed to fetch ${url} : it has more than ${limit / 1024 / 1024} MiB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
