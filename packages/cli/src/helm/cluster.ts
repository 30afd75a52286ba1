import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { LookupQuery } from '@slipway/chart'
import { httpTransport, type HttpTransportOptions } from '@slipway/client'
import type { Transport } from '@slipway/objects'
import type { ParsedFlags } from './flags.ts'
import { HelmError, type HelmIo } from './io.ts'
import { readYaml } from './settings.ts'
import { pathOf } from './values.ts'

interface ResourceList {
  readonly groupVersion: string
  readonly resources: readonly { name: string; kind: string; namespaced: boolean }[]
}

/** What rendering against a cluster takes from it. */
export interface HelmCluster {
  readonly kubeVersion: string
  readonly apiVersions: readonly string[]
  /** The object or list that a template looks up; undefined for what does not exist. */
  readonly get: (query: LookupQuery) => Promise<unknown>
}

/** Asks the cluster of the kubeconfig for its version and its APIs. */
export async function openCluster(flags: ParsedFlags, io: HelmIo): Promise<HelmCluster> {
  const transport = httpTransport(contextOf(flags, io))
  const version = await unreachable(() => ask(transport, '/version'))
  const lists = await resourcesOf(transport)
  return {
    kubeVersion: (version as { gitVersion: string }).gitVersion,
    apiVersions: lists.flatMap(({ groupVersion, resources }) => [
      groupVersion,
      ...new Set(resources.map(({ kind }) => `${groupVersion}/${kind}`)),
    ]),
    get: (query) => lookUp(transport, lists, query),
  }
}

async function unreachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new HelmError(`cluster reachability check failed: kubernetes cluster unreachable: ${reason}`, {
      cause: error,
    })
  }
}

async function ask(transport: Transport, path: string): Promise<object | undefined> {
  const { status, object } = await transport({ method: 'GET', path })
  if (status === 404) return undefined
  if (status >= 400) throw new HelmError((object as { message?: string } | undefined)?.message ?? `${path}: ${status}`)
  return object
}

async function resourcesOf(transport: Transport): Promise<ResourceList[]> {
  const groups = (await ask(transport, '/apis')) as { groups?: { versions: { groupVersion: string }[] }[] } | undefined
  const versions = (groups?.groups ?? []).flatMap((group) => group.versions.map((each) => each.groupVersion))
  const paths = ['/api/v1', ...versions.map((each) => `/apis/${each}`)]
  const lists = await Promise.all(paths.map((path) => ask(transport, path)))
  return lists.filter((list) => list !== undefined) as ResourceList[]
}

async function lookUp(transport: Transport, lists: readonly ResourceList[], query: LookupQuery): Promise<unknown> {
  const { apiVersion, kind, namespace, name } = query
  const list = lists.find((each) => each.groupVersion === apiVersion)
  const resource = list?.resources.find((each) => each.kind === kind && !each.name.includes('/'))
  if (resource === undefined) {
    const [version = '', group = ''] = apiVersion.split('/').toReversed()
    const gvk = `${group}/${version}, Kind=${kind}`
    throw new HelmError(
      `unable to get apiresource from unstructured: ${gvk}: the server could not find the requested resource`,
    )
  }
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const scope = resource.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return ask(transport, `${base}${scope}/${resource.name}${name === '' ? '' : `/${encodeURIComponent(name)}`}`)
}

type Named = { readonly name?: string } & Readonly<Record<string, unknown>>

/** Where the API of the current context listens: flags over the kubeconfig. */
function contextOf(flags: ParsedFlags, io: HelmIo): HttpTransportOptions {
  const fallback = join(io.env['HOME'] ?? homedir(), '.kube', 'config')
  const file = pathOf(flags.text('kubeconfig') || io.env['KUBECONFIG'] || fallback, io)
  const config = (readYaml(file) ?? {}) as Readonly<Record<string, unknown>>
  const named = (list: string, name: unknown): Readonly<Record<string, unknown>> => {
    const found = ((config[list] ?? []) as Named[]).find((each) => each.name === name)
    return (found?.[list.slice(0, -1)] ?? {}) as Readonly<Record<string, unknown>>
  }
  const wanted = flags.text('kube-context') || io.env['HELM_KUBECONTEXT'] || config['current-context']
  const context = named('contexts', wanted)
  const cluster = named('clusters', context['cluster'])
  const user = named('users', context['user'])
  const server = flags.text('kube-apiserver') || io.env['HELM_KUBEAPISERVER'] || cluster['server']
  const token = flags.text('kube-token') || io.env['HELM_KUBETOKEN'] || user['token']
  return {
    server: typeof server === 'string' ? server : 'http://localhost:8080',
    ...pem('ca', cluster, 'certificate-authority'),
    ...pem('clientCertificate', user, 'client-certificate'),
    ...pem('clientKey', user, 'client-key'),
    ...(typeof token === 'string' ? { token } : {}),
    insecureSkipTlsVerify: flags.on('kube-insecure-skip-tls-verify') || cluster['insecure-skip-tls-verify'] === true,
  }
}

function pem(name: string, from: Readonly<Record<string, unknown>>, key: string): Record<string, string> {
  const data = from[`${key}-data`]
  if (typeof data === 'string') return { [name]: Buffer.from(data, 'base64').toString() }
  const file = from[key]
  return typeof file === 'string' ? { [name]: readFileSync(file, 'utf8') } : {}
}
