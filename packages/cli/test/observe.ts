import { type Client, Informer, type KindRef } from '@slipway/client'
import type { KubeObject } from '@slipway/objects'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { unzipSync } from 'node:zlib'
import type { Sandbox } from './slipway.ts'

export interface Application extends KubeObject {
  readonly status?: {
    readonly sync?: { readonly status?: string }
    readonly health?: { readonly status?: string }
    readonly history?: readonly unknown[]
  }
}

export interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas?: number
    readonly template: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } }
  }
  readonly status?: { readonly conditions?: readonly unknown[] }
}

export interface Pod extends KubeObject {
  readonly status?: {
    readonly containerStatuses?: readonly {
      readonly imageID: string
      readonly restartCount: number
      readonly state?: States
      readonly lastState?: States
    }[]
  }
}

interface States {
  readonly running?: { readonly startedAt?: string }
  readonly terminated?: { readonly startedAt?: string; readonly finishedAt?: string; readonly exitCode: number }
}

interface EndpointSlice extends KubeObject {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[]
}

/** Everything of the repository that a person can see changed: index and files with their times, and all refs but those that Slipway keeps for itself. */
export async function repositoryState(sandbox: Sandbox): Promise<Record<string, unknown>> {
  const files: Record<string, number> = {}
  for (const entry of await readdir(sandbox.directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !path.includes('/.git/')) files[path] = (await stat(path)).mtimeMs
  }
  const index = join(sandbox.directory, '.git/index')
  const refs = (await sandbox.git('for-each-ref')).split('\n').filter((line) => !line.includes('\trefs/slipway/'))
  return { files, refs, index: [await readFile(index, 'base64'), (await stat(index)).mtimeMs] }
}

/** The blobs of the cluster's registry, each with the time at which it was written. */
export async function registryBlobs(sandbox: Sandbox): Promise<string[]> {
  const [state = ''] = await readdir(join(sandbox.home, 'state/slipway'))
  const registry = join(sandbox.home, 'state/slipway', state, 'registry')
  const paths = (await readdir(registry, { recursive: true })).filter((path) => path.includes('blobs/')).sort()
  return Promise.all(paths.map(async (path) => `${path} ${(await stat(join(registry, path))).mtimeMs}`))
}

/** The ports that the cluster had when it last told: of the API, the registry, the git server and every Service. */
export async function rememberedPorts(sandbox: Sandbox): Promise<Readonly<Record<string, number>>> {
  const [state = ''] = await readdir(join(sandbox.home, 'state/slipway'))
  const text = await readFile(join(sandbox.home, 'state/slipway', state, 'ports.json'), 'utf8')
  return JSON.parse(text) as Record<string, number>
}

/** What the Service's pods of a namespace run, each once. */
export async function imageIds(client: Client, namespace: string): Promise<string[]> {
  const { items } = await client.list<Pod>({ apiVersion: 'v1', kind: 'Pod' }, { namespace })
  const own = items.filter(
    ({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'ReplicaSet' && metadata.deletionTimestamp === undefined,
  )
  return [...new Set(own.flatMap(({ status }) => status?.containerStatuses?.map(({ imageID }) => imageID) ?? []))]
}

/** What one watch tells of a kind's objects. */
export interface Watched<T> {
  /** What was seen until now. */
  now(): readonly T[]
  stop(): Promise<readonly T[]>
}

/** What `look` makes of every state of a kind's objects; undefined is left out. */
export async function watched<T>(
  client: Client,
  kind: KindRef,
  look: (object: never) => T | undefined,
): Promise<Watched<T>> {
  const informer = new Informer(client, kind)
  await informer.start()
  const seen: T[] = []
  informer.listen(({ object }) => {
    const found = look(object as never)
    if (found !== undefined) seen.push(found)
  })
  return {
    now: () => seen,
    stop: async () => {
      await informer.stop()
      return seen
    },
  }
}

/** Ready endpoints of staging's Service. */
export function readyEndpoints({ metadata, endpoints = [] }: EndpointSlice): number | undefined {
  if (metadata.namespace !== 'staging' || metadata.labels?.['kubernetes.io/service-name'] !== 'shop') return undefined
  return endpoints.filter(({ conditions }) => conditions?.ready === true).length
}

/** The health of staging. */
export function healthOf({ metadata, status }: Application): string | undefined {
  return metadata.name === 'staging' ? status?.health?.status : undefined
}

/** One run of a container of staging. */
export interface Run {
  readonly restarts: number
  /** Milliseconds since 1970: when this run began, when the last one ended, and how. */
  readonly started: number
  readonly ended: number
  readonly code: number
}

export function runOf({ metadata, status }: Pod): Run | undefined {
  const [container] = status?.containerStatuses ?? []
  const last = container?.lastState?.terminated
  const running = container?.state?.running ?? container?.state?.terminated
  if (metadata.namespace !== 'staging' || container === undefined || running === undefined) return undefined
  return {
    restarts: container.restartCount,
    started: Date.parse(running.startedAt ?? ''),
    ended: Date.parse(last?.finishedAt ?? ''),
    code: last?.exitCode ?? 0,
  }
}

/** Files below folders that hold one of the texts, compressed or not: those that were written since then, and whose path is none of the ones to leave out. */
export async function filesWith(
  folders: readonly string[],
  {
    texts,
    since = 0,
    except,
  }: { readonly texts: readonly string[]; readonly since?: number; readonly except?: RegExp },
): Promise<string[]> {
  const found: string[] = []
  for (const folder of folders)
    for await (const path of filesBelow(folder)) {
      if (except?.test(path) === true) continue
      const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }))
      if (size > 1 << 26 || mtimeMs < since - 1000) continue
      const content = unpacked(await readFile(path).catch(() => Buffer.alloc(0)))
      if (texts.some((text) => content.includes(text))) found.push(await realpath(path))
    }
  return found
}

/** The files below a folder in which others come and go meanwhile. */
export async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return []
  })
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile()) yield path
  }
}

function unpacked(content: Buffer): Buffer {
  try {
    return unzipSync(content)
  } catch {
    return content
  }
}
