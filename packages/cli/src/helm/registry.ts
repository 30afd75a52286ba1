import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isSystemError } from '@slipway/diag'
import type { ParsedFlags } from './flags.ts'
import { HelmError, type HelmIo } from './io.ts'
import { newestTag } from './repositories.ts'
import { pathOf } from './values.ts'

const CHART_LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
/** Helm's limit for a chart. */
const MAX_BYTES = 100 * 1024 * 1024

/** What asking a registry needs. */
export interface RegistryContext {
  readonly flags: ParsedFlags
  readonly io: HelmIo
}

interface Reference {
  readonly host: string
  readonly repository: string
  readonly tag: string
  readonly digest: string
}

/** The archive of a chart of a registry (`oci://host/path/name`, with a tag, a digest or neither); `range` chooses among its versions. */
export async function pullChart(address: string, range: string, context: RegistryContext): Promise<Uint8Array> {
  const reference = parseReference(address)
  const wanted = reference.digest || reference.tag || tagOf(await chartVersion(address, range, context))
  const session = new Session(reference, context)
  const bytes = await session.get(`manifests/${wanted}`, MANIFEST)
  if (wanted.startsWith('sha256:')) checkDigest(bytes, wanted, address)
  const manifest = JSON.parse(new TextDecoder().decode(bytes)) as {
    layers?: { mediaType?: string; digest?: string }[]
  }
  const layer = manifest.layers?.find((each) => each.mediaType === CHART_LAYER)
  if (layer?.digest === undefined)
    throw new HelmError(`manifest does not contain a layer with mediatype ${CHART_LAYER}`)
  const data = await session.get(`blobs/${layer.digest}`, '*/*')
  checkDigest(data, layer.digest, address)
  return data
}

/** The newest version of a chart that a range accepts; a version itself is taken as it is. */
export async function chartVersion(address: string, range: string, context: RegistryContext): Promise<string> {
  if (/^v?\d+\.\d+\.\d+(?:[-+].*)?$/.test(range)) return range
  const bytes = await new Session(parseReference(address), context).get('tags/list', 'application/json')
  const { tags } = JSON.parse(new TextDecoder().decode(bytes)) as { tags?: string[] | null }
  // Tags have no plus signs.
  const version = newestTag(
    (tags ?? []).map((tag) => tag.replaceAll('_', '+')),
    range,
  )
  if (version !== undefined) return version
  throw new HelmError(`could not locate a version matching provided version string ${range}`)
}

function tagOf(version: string): string {
  return version.replaceAll('+', '_')
}

function parseReference(address: string): Reference {
  const match = /^oci:\/\/([^/]+)\/([^@]+?)(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(address)
  if (match === null) throw new HelmError(`invalid reference: ${address}`)
  const [, host = '', repository = '', tag = '', digest = ''] = match
  return { host, repository, tag, digest }
}

function checkDigest(data: Uint8Array, digest: string, address: string): void {
  const actual = `sha256:${createHash('sha256').update(data).digest('hex')}`
  if (actual !== digest) throw new HelmError(`${address}: digest is ${actual}, want ${digest}`)
}

/** Requests to one repository of one registry; what the user is known by goes to that host only. */
class Session {
  readonly #base: string
  readonly #basic: string | undefined
  #token: string | undefined

  constructor({ host, repository }: Reference, { flags, io }: RegistryContext) {
    this.#base = `${flags.on('plain-http') ? 'http' : 'https'}://${host}/v2/${repository}`
    this.#basic = basicAuth(host, flags, io)
  }

  async get(path: string, accept: string): Promise<Uint8Array> {
    const url = `${this.#base}/${path}`
    let response = await this.#fetch(url, accept)
    if (response.status === 401) {
      this.#token = await this.#tokenFor(response.headers.get('www-authenticate') ?? '')
      response = await this.#fetch(url, accept)
    }
    if (!response.ok) throw new HelmError(`failed to fetch ${url} : ${response.status} ${response.statusText}`)
    return readLimited(response, url)
  }

  async #fetch(url: string, accept: string): Promise<Response> {
    const authorization = this.#token ?? this.#basic
    const headers = { accept, ...(authorization === undefined ? {} : { authorization }) }
    return fetch(url, { headers }).catch((error: unknown) => {
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
      throw new HelmError(`Get "${url}": ${reason}`, { cause: error })
    })
  }

  async #tokenFor(challenge: string): Promise<string | undefined> {
    const fields = new Map(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    )
    const realm = fields.get('realm')
    if (!/^bearer /i.test(challenge) || realm === undefined) return this.#basic
    const url = new URL(realm)
    for (const name of ['service', 'scope']) if (fields.has(name)) url.searchParams.set(name, fields.get(name) ?? '')
    const response = await fetch(url, this.#basic === undefined ? {} : { headers: { authorization: this.#basic } })
    const { token, access_token: other } = (await response.json()) as { token?: string; access_token?: string }
    return `Bearer ${token ?? other ?? ''}`
  }
}

async function readLimited(response: Response, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MAX_BYTES) throw new HelmError(`${url} is larger than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** From flags, else from what `helm registry login` stored for that host. */
function basicAuth(host: string, flags: ParsedFlags, io: HelmIo): string | undefined {
  const user = flags.text('username')
  if (user !== '') return `Basic ${Buffer.from(`${user}:${flags.text('password')}`).toString('base64')}`
  const home = io.env['XDG_CONFIG_HOME'] ?? join(io.env['HOME'] ?? homedir(), '.config')
  const file =
    flags.text('registry-config') || io.env['HELM_REGISTRY_CONFIG'] || join(home, 'helm/registry/config.json')
  try {
    const { auths } = JSON.parse(readFileSync(pathOf(file, io), 'utf8')) as {
      auths?: Record<string, { auth?: string }>
    }
    const auth = auths?.[host]?.auth
    return auth === undefined ? undefined : `Basic ${auth}`
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw new HelmError(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
