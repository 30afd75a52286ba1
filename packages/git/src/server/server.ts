import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { messageOf } from '@slipway/diag'
import { startError, startGit } from '../command.ts'
import type { Environment } from '../environment.ts'
import { GitError } from '../errors.ts'
import { checkCaller, Refusal } from './guard.ts'
import { isService, packetLine, protocolEnvironment, type Service, serviceArguments } from './services.ts'

/** How a repository is served. */
export interface GitServerOptions {
  /** Top of the work tree, or a bare repository. */
  readonly directory: string
  /** The name in the URL, without `.git`. */
  readonly name: string
  /** The password of every client, whatever its user. */
  readonly token: string
  /** Default any free one. */
  readonly port?: number
  /** Default the process's environment; only what git needs of it is used. */
  readonly env?: Environment
}

/** A served repository. */
export interface GitServer {
  /** `http://127.0.0.1:<port>/<name>.git`: to fetch from and to push to. */
  readonly url: string
  readonly port: number
  /** Ends the server, all connections and what git does for them. */
  close(): Promise<void>
}

/**
 * Serves a repository by git's smart HTTP protocol on 127.0.0.1: fetch and push, both by token. A push to the branch that is checked out moves the work tree along;
 * it is refused while there are uncommitted changes. No hook of the repository runs, and `refs/slipway` cannot be written.
 *
 * @throws GitError `GIT_LISTEN` for a port that is taken
 */
export async function serveRepository(options: GitServerOptions): Promise<GitServer> {
  const running = new Set<AbortController>()
  const server = createServer((request, response) => {
    const abort = new AbortController()
    running.add(abort)
    response.once('close', () => abort.abort())
    answer({ ...options, signal: abort.signal }, request, response)
      .catch((error: unknown) => refuse(response, error))
      .finally(() => running.delete(abort))
  })
  const port = await listen(server, options.port ?? 0)
  return {
    url: `http://127.0.0.1:${port}${pathOf(options.name)}`,
    port,
    close: async () => {
      for (const abort of running) abort.abort()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

// A folder may have any name.
function pathOf(name: string): string {
  return `/${encodeURIComponent(name)}.git`
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const hint = 'end what listens there (`ss -ltnp` shows it), or ask for no port: a free one is taken then'
      reject(new GitError('GIT_LISTEN', `the git server cannot listen on 127.0.0.1:${port}`, { cause, hint }))
    })
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

type Serving = GitServerOptions & { readonly signal: AbortSignal }

async function answer(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  checkCaller(request, serving.token)
  const url = new URL(request.url ?? '/', 'http://git')
  const prefix = `${pathOf(serving.name)}/`
  if (!url.pathname.startsWith(prefix)) throw new Refusal(404, `there is no such repository; there is ${prefix}`)
  const path = url.pathname.slice(prefix.length)
  const service = path === 'info/refs' ? url.searchParams.get('service') : path
  if (!isService(service)) throw new Refusal(404, 'the dumb HTTP protocol is not served: use git 1.6.6 or newer')
  const advertise = path === 'info/refs'
  const method = advertise ? 'GET' : 'POST'
  if (request.method !== method) throw new Refusal(405, `use ${method}`, { allow: method })
  await converse(serving, { request, response, service, advertise })
}

interface Conversation {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly service: Service
  readonly advertise: boolean
}

async function converse(serving: Serving, { request, response, service, advertise }: Conversation): Promise<void> {
  const kind = advertise ? 'advertisement' : 'result'
  const protocol = protocolEnvironment(request.headers['git-protocol'])
  const place = { directory: serving.directory, env: serving.env ?? process.env, leads: true }
  const child = startGit(place, serviceArguments(service, advertise), protocol)
  const end = (): void => void (child.exitCode === null && child.kill('SIGTERM'))
  serving.signal.addEventListener('abort', end, { once: true })
  await once(child, 'spawn').catch((cause: unknown) => {
    throw startError(cause)
  })
  // What git complains about reaches the client in the protocol's own channel.
  child.stderr.resume()
  response.writeHead(200, { 'content-type': `application/x-${service}-${kind}`, 'cache-control': 'no-cache' })
  if (advertise && protocol['GIT_PROTOCOL'] !== 'version=2')
    response.write(`${packetLine(`# service=${service}\n`)}0000`)
  try {
    await Promise.all([advertise ? child.stdin.end() : feed(request, child.stdin), pipeline(child.stdout, response)])
  } finally {
    serving.signal.removeEventListener('abort', end)
    end()
  }
}

// Git ends its input early when it refuses: what is left of the body is nobody's fault.
async function feed(request: IncomingMessage, input: NodeJS.WritableStream): Promise<void> {
  const body = request.headers['content-encoding'] === 'gzip' ? [request, createGunzip()] : [request]
  await pipeline([...body, input]).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const [status, headers] = error instanceof Refusal ? [error.status, error.headers] : [500, {}]
  // What is left of a body that nobody reads would be taken for the next request.
  response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end(`${messageOf(error)}\n`)
}
