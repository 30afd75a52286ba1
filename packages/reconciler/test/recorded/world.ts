import type { Application } from '@slipway/argo'
import { statusOf } from '@slipway/reconciler'
import {
  APPLICATION,
  testCluster,
  testRepository,
  type Seen,
  type TestCluster,
  type TestRepository,
} from '../cluster.ts'

/** A step of a scenario, and how many changes of Applications were seen before it. */
export interface Mark {
  readonly step: string
  readonly before: number
}

/** What a scenario works with; its words are those of the script that made the recordings. */
export interface World {
  readonly cluster: TestCluster
  readonly marks: readonly Mark[]
  /** The repository of a name; recordings have it at `file:///repos/<name>`. */
  repository(name: string): Promise<TestRepository>
  create(name: string, spec: object, metadata?: object): Promise<void>
  step(text: string): void
  /** Asks for a comparison with the newest commit, as `argocd app get --refresh` does. */
  refresh(name: string): Promise<void>
  operate(name: string, sync: object): Promise<void>
  /** Waits until an Application is as wanted, in seconds of the cluster's clock. */
  until(name: string, wanted: (application: Application) => boolean, seconds?: number): Promise<void>
  sleep(seconds: number): Promise<void>
  /** The changes so far, with the names that the recordings have for repositories. */
  seen(): readonly Seen[]
}

/** How many times faster than real time scenarios run. */
export const SPEED = 5

export async function startWorld(): Promise<World> {
  const cluster = await testCluster({ waveDelay: 500, speed: SPEED })
  const repositories = new Map<string, TestRepository>()
  const marks: Mark[] = []
  const step = (text: string): void => void marks.push({ step: text, before: cluster.seen.length })
  const sleep = (seconds: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / SPEED))
  const patch = async (name: string, body: object): Promise<void> => {
    await cluster.client.patch({ ...APPLICATION, name }, { type: 'merge', body })
  }
  return {
    cluster,
    marks,
    step,
    sleep,
    repository: async (name) => {
      const made = await testRepository()
      repositories.set(name, made)
      return made
    },
    create: async (name, spec, metadata) => {
      step(`create ${name}`)
      await cluster.create(name, spec, metadata)
    },
    refresh: (name) => patch(name, { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } }),
    operate: async (name, sync) => {
      step('operation sync')
      await patch(name, { operation: { initiatedBy: { username: 'admin' }, sync } })
    },
    until: async (name, wanted, seconds = 40) => {
      for (let tries = 0; tries < seconds * 40; tries++) {
        const application = await cluster.read(name).catch(() => undefined)
        if (application !== undefined && wanted(application)) return
        await sleep(1 / 40)
      }
      step('not reached in time')
    },
    seen: () => {
      let text = JSON.stringify(cluster.seen)
      for (const [name, { url }] of repositories) text = text.replaceAll(url, `file:///repos/${name}`)
      return JSON.parse(text) as Seen[]
    },
  }
}

/** Synced, healthy and at rest. */
export function isSettled(application: Application): boolean {
  const { sync, health } = statusOf(application)
  return sync?.status === 'Synced' && health?.status === 'Healthy' && application.operation === undefined
}
