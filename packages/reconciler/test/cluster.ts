import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { startApiServer } from '@slipway/apiserver'
import { ARGO_API_VERSION, argoDefinitions, type Application } from '@slipway/argo'
import { createClient, hasReason, Informer, type Client } from '@slipway/client'
import { startControllers } from '@slipway/controllers'
import type { Repository } from '@slipway/git'
import { formatTime, keyOf, type Clock, type KubeObject } from '@slipway/objects'
import {
  gitRepositories,
  startReconciler,
  statusOf,
  type ApplicationStatus,
  type Reconciler,
} from '@slipway/reconciler'
import { openMemoryStore } from '@slipway/store'
import { temporaryDirectory } from '@slipway/testkit'
import { fastClock } from './clock.ts'
import { onTestFinished } from 'vitest'

const POD = { apiVersion: 'v1', kind: 'Pod' }
export const APPLICATION = { apiVersion: ARGO_API_VERSION, kind: 'Application', namespace: 'argocd' }

/** One change of an Application, as a watch saw it. */
export interface Seen {
  readonly type: string
  readonly application: Application
}

/** An API server with all controllers, a node whose pods are ready at once, and a reconciler, for one test. */
export interface TestCluster {
  readonly client: Client
  readonly reconciler: Reconciler
  readonly errors: unknown[]
  readonly seen: Seen[]
  create(name: string, spec: object, metadata?: object): Promise<void>
  read(name: string): Promise<Application>
  status(name: string): Promise<ApplicationStatus>
}

export async function testCluster(
  options: { waveDelay?: number; speed?: number; local?: Repository } = {},
): Promise<TestCluster> {
  const clock = fastClock(options.speed ?? 1)
  const api = await startApiServer({ store: openMemoryStore(), clock })
  const client = createClient(api.handle, { userAgent: 'test' })
  const errors: unknown[] = []
  // A controller that was overtaken tries again: that is no fault.
  const onError = ({ error }: { error: unknown }): void => {
    if (!hasReason(error, 'Conflict')) errors.push(error)
  }
  const manager = await startControllers({ client, ca: 'PEM', clock, onError })
  const status = { allocatable: { cpu: '64', memory: '256Gi', 'ephemeral-storage': '1Ti', pods: '1000' } }
  await client.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, spec: {}, status })
  const kubelet = await startKubelet(client, clock, errors)
  for (const definition of argoDefinitions()) await client.create(definition)
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } })
  const repositories = await gitRepositories({
    clock,
    ...(options.local === undefined ? {} : { local: options.local }),
  })
  const seen: Seen[] = []
  const watcher = new Informer<Application>(client, APPLICATION)
  watcher.listen(({ type, object }) => seen.push({ type, application: object }))
  await watcher.start()
  const reconciler = await startReconciler({ client, repositories, clock, onError, waveDelay: options.waveDelay ?? 20 })
  onTestFinished(async () => {
    await reconciler.stop()
    repositories.close()
    await Promise.all([kubelet.stop(), watcher.stop()])
    await manager.stop()
    await api.stop()
  })
  const read = (name: string): Promise<Application> => client.get<Application>({ ...APPLICATION, name })
  return {
    client,
    reconciler,
    errors,
    seen,
    read,
    status: async (name) => statusOf(await read(name)),
    create: async (name, spec, metadata = {}) => {
      const { apiVersion, kind, namespace } = APPLICATION
      await client.create({ apiVersion, kind, metadata: { name, namespace, ...metadata }, spec })
    },
  }
}

async function startKubelet(client: Client, clock: Clock, errors: unknown[]): Promise<{ stop: () => Promise<void> }> {
  const pods = new Informer(client, POD)
  pods.listen((change) => {
    if (change.type !== 'deleted')
      tend({ client, clock, pods }, change.object).catch((error: unknown) => errors.push(error))
  })
  await pods.start()
  return { stop: () => pods.stop() }
}

// Pods without a node selector get ready, those that run once succeed: what kwok did in the recordings.
async function tend(
  { client, clock, pods }: { client: Client; clock: Clock; pods: Informer },
  pod: KubeObject,
): Promise<void> {
  const current = pods.get(keyOf(pod)) ?? pod
  const ref = { ...POD, namespace: pod.metadata.namespace, name: pod.metadata.name ?? '' }
  const spec = current['spec'] as { nodeName?: string; nodeSelector?: unknown; restartPolicy?: string }
  if (spec.nodeName === undefined) return
  if (current.metadata.deletionTimestamp !== undefined) {
    await client.delete(ref, { gracePeriodSeconds: 0 }).catch(() => undefined)
    return
  }
  if (spec.nodeSelector !== undefined) return
  const { phase } = (current['status'] ?? {}) as { phase?: string }
  const ends = spec.restartPolicy === 'Never'
  if (phase === (ends ? 'Succeeded' : 'Running')) return
  const condition = {
    type: 'Ready',
    status: ends ? 'False' : 'True',
    lastTransitionTime: formatTime(clock.now()),
  }
  const address = `10.244.0.${1 + (Number.parseInt((current.metadata.uid ?? '0').slice(0, 4), 16) % 250)}`
  const status = { phase: ends ? 'Succeeded' : 'Running', podIP: address, conditions: [condition] }
  await client.patch({ ...ref, subresource: 'status' }, { type: 'strategic', body: { status } }).catch(() => undefined)
}

/** A git repository of one test, on branch master. */
export interface TestRepository {
  readonly url: string
  /** Writes files (null removes one), commits, and gives the SHA. */
  write(files: Readonly<Record<string, string | null>>): string
  git(...args: string[]): string
}

export async function testRepository(): Promise<TestRepository> {
  const directory = await temporaryDirectory()
  const env = { PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1' }
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@x']
  const git = (...args: string[]): string =>
    execFileSync('git', [...identity, ...args], { cwd: directory, env, stdio: 'pipe' })
      .toString()
      .trim()
  git('init', '--quiet', '--initial-branch=master')
  const write = (files: Readonly<Record<string, string | null>>): string => {
    for (const [path, text] of Object.entries(files)) {
      const full = join(directory, path)
      if (text === null) rmSync(full, { recursive: true })
      else {
        mkdirSync(dirname(full), { recursive: true })
        writeFileSync(full, text)
      }
    }
    git('add', '--all')
    git('commit', '--quiet', '--allow-empty', '-m', 'change')
    return git('rev-parse', 'HEAD')
  }
  return { url: `file://${directory}`, write, git }
}
