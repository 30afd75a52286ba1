import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ImageError } from '../errors.ts'
import { MEDIA } from '../layout.ts'
import type { HostImage } from '../types.ts'
import { Refusal, sendError, sendJson } from './answers.ts'
import { getBlob } from './blobs.ts'
import { checkCaller, checkWriter } from './guard.ts'
import { getManifest, putManifest } from './manifests.ts'
import { isRepository } from './names.ts'
import { RegistryStorage } from './storage.ts'
import { Uploads } from './uploads.ts'

/** How a registry is started. */
export interface RegistryOptions {
  /** Its folder; made if missing. Only one registry at a time may write it. */
  readonly directory: string
  /** What a client must show to write. */
  readonly token: string
  /** Default any free one. */
  readonly port?: number
}

/** A running registry. */
export interface Registry {
  /** `127.0.0.1:<port>`, as an image reference starts: engines take plain HTTP from it. */
  readonly host: string
  readonly port: number
  /** Puts a host image under a repository's name, tagged with its id; what is there already is not written again. */
  publish(repository: string, image: HostImage): Promise<void>
  /** Ends the server and all connections. */
  close(): Promise<void>
}

interface Running {
  readonly storage: RegistryStorage
  readonly uploads: Uploads
  readonly token: string
}

/**
 * Starts a registry with the distribution API (docker, skopeo and crane read and write it) on 127.0.0.1: plain HTTP, read by all, written by token.
 * @throws ImageError `IMAGE_REGISTRY` for a port that is taken
 */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const storage = new RegistryStorage(options.directory)
  const running: Running = { storage, uploads: new Uploads(storage), token: options.token }
  const server = createServer((request, response) => {
    handle(running, request, response).catch((error: unknown) => {
      // What is left of a body that nobody reads would be taken for the next request.
      response.setHeader('connection', 'close')
      sendError(response, error)
    })
  })
  const port = await listen(server, options.port ?? 0)
  return {
    host: `127.0.0.1:${port}`,
    port,
    publish: async (repository, image) => {
      if (!isRepository(repository)) throw new ImageError('IMAGE_REGISTRY', `${repository} is no repository name`)
      await storage.publish(repository, image)
    },
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      await running.uploads.close()
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const hint = 'end what listens there (`ss -ltnp` shows it), or ask for no port: a free one is taken then'
      reject(
        new ImageError('IMAGE_REGISTRY', `the registry cannot listen on 127.0.0.1:${port}`, { cause: error, hint }),
      )
    })
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

async function handle(running: Running, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('docker-distribution-api-version', 'registry/2.0')
  checkCaller(request)
  checkWriter(request, running.token)
  const url = new URL(request.url ?? '/', 'http://registry')
  if (url.pathname === '/v2' || url.pathname === '/v2/') return sendJson(response, 200, {})
  if (url.pathname === '/v2/_catalog') {
    const page = paged(await running.storage.repositories(), url.searchParams)
    return sendJson(response, 200, { repositories: page })
  }
  const match = /^\/v2\/(.+)\/(tags|manifests|blobs|referrers)\/(.*)$/.exec(url.pathname)
  if (match === null) throw new Refusal(404, 'UNSUPPORTED', 'there is no such path')
  const [, repository = '', part = '', rest = ''] = match
  await route(running, { request, response, query: url.searchParams, ...splitUploads(repository, part, rest) })
}

interface Routed {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: URLSearchParams
  readonly repository: string
  readonly part: string
  readonly rest: string
}

/** In `<name>/blobs/uploads/<id>` the last known word counts, not one inside the name. */
function splitUploads(repository: string, part: string, rest: string): Pick<Routed, 'repository' | 'part' | 'rest'> {
  const whole = `${repository}/${part}/${rest}`
  const upload = /^(.+)\/blobs\/uploads\/([^/]*)$/.exec(whole)
  return upload === null
    ? { repository, part, rest }
    : { repository: upload[1] ?? '', part: 'uploads', rest: upload[2] ?? '' }
}

async function route(running: Running, routed: Routed): Promise<void> {
  const { request, response, repository, part, rest } = routed
  const { storage } = running
  if (!isRepository(repository)) throw new Refusal(400, 'NAME_INVALID', `${repository} is no repository name`)
  const reading = request.method === 'GET' || request.method === 'HEAD'
  const call = { storage, repository, reference: rest }
  if (part === 'tags' && rest === 'list' && reading) return await sendTags(storage, routed)
  if (part === 'manifests' && reading) return await getManifest(call, response)
  if (part === 'manifests' && request.method === 'PUT') return await putManifest(call, request, response)
  if (part === 'blobs' && reading) return await getBlob(storage, rest, response)
  if (part === 'referrers' && reading) {
    const type = { 'content-type': MEDIA.index }
    return sendJson(response, 200, { schemaVersion: 2, mediaType: MEDIA.index, manifests: [] }, type)
  }
  if (part === 'uploads') return await routeUpload(running.uploads, routed)
  throw new Refusal(405, 'UNSUPPORTED', `${request.method ?? ''} is not supported here`)
}

async function routeUpload(uploads: Uploads, routed: Routed): Promise<void> {
  const { request, rest } = routed
  if (request.method === 'POST' && rest === '') return await uploads.start(routed)
  if (request.method === 'PATCH') return await uploads.append(routed, rest)
  if (request.method === 'PUT') return await uploads.finish(routed, rest)
  if (request.method === 'GET') return await uploads.status(routed, rest)
  if (request.method === 'DELETE') return await uploads.cancel(routed, rest)
  throw new Refusal(405, 'UNSUPPORTED', `${request.method ?? ''} is not supported here`)
}

async function sendTags(storage: RegistryStorage, { repository, query, response }: Routed): Promise<void> {
  const tags = await storage.tags(repository)
  if (tags === undefined) throw new Refusal(404, 'NAME_UNKNOWN', `${repository} is not here`)
  sendJson(response, 200, { name: repository, tags: paged(tags, query) })
}

/** `n` entries after `last`, as the specification pages lists. */
function paged(list: readonly string[], query: URLSearchParams): readonly string[] {
  const last = query.get('last')
  const rest = last === null ? list : list.filter((entry) => entry > last)
  const count = Number(query.get('n') ?? Number.NaN)
  return Number.isInteger(count) && count >= 0 ? rest.slice(0, count) : rest
}
