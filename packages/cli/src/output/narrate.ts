import type { Client } from '@slipway/client'
import type { ClusterStatus, ReleaseEvent } from '@slipway/environments'
import type { Place } from '../place.ts'
import type { Io } from '../io.ts'
import { renderFault } from './fault.ts'
import { faultLine, podFaults, type PodFault } from './pod-faults.ts'
import { short } from './table.ts'

const FAULTS_EVERY = 1000

/** Tells what a cluster does, a line for each thing that matters. */
export interface Narrator {
  readonly release: (event: ReleaseEvent) => void
  /** Tells what changed since the last look. */
  readonly look: (status: ClusterStatus, client: Client) => Promise<void>
}

/** A narrator of a place's cluster; `verbose` shows the output of image builds, too. */
export function narrate({ repository }: Place, io: Io, verbose: boolean): Narrator {
  const seen = new Map<string, string>()
  const say = (environment: string, text: string): void => {
    io.stdout.write(`${environment}: ${text}\n`)
  }
  // The same remark of the same image belongs to every environment that deploys it: once is enough.
  const note = (environment: string, message: string): void => {
    if (!seen.has(message)) say(environment, `note: ${message}`)
    seen.set(message, '')
  }
  let asked = Number.NEGATIVE_INFINITY
  let known: ReadonlySet<string> = new Set()
  // What is new. Pods and their events are many, and a look is ten times a second.
  const faultsOf = async (status: ClusterStatus, client: Client): Promise<readonly PodFault[]> => {
    if (performance.now() - asked < FAULTS_EVERY) return []
    asked = performance.now()
    const faults = await podFaults(client, status)
    const before = known
    known = new Set(faults.map(faultLine))
    return faults.filter((fault) => !before.has(faultLine(fault)))
  }
  return {
    release: (event) => {
      if (event.type === 'releasing') say(event.environment, `releasing ${short(event.commit)} of ${event.branch}`)
      else if (event.type === 'note') note(event.environment, event.message)
      else if (event.type === 'output' && verbose) say(event.environment, event.line)
      else if (event.type === 'refused') say(event.environment, `not released: ${event.message}`)
      else if (event.type === 'released')
        say(
          event.environment,
          `deploys ${short(event.commit)} as ${short(event.revision)}${event.images.map(({ name, digest }) => `, ${name.split('/').at(-1) ?? name}@${digest.slice(7, 19)}`).join('')}`,
        )
    },
    look: async (status, client) => {
      const faults = await faultsOf(status, client)
      for (const { name, sync, health, pods, applications } of status.environments) {
        const ready = pods.filter((pod) => pod.ready).length
        const line = `${sync}, ${health}, ${ready}/${pods.length} pods ready`
        if (seen.get(name) !== line) say(name, line)
        seen.set(name, line)
        // Before what controllers say of it: that is no cause.
        for (const { environment, text } of faults) if (environment === name) say(name, text)
        for (const { name: application, message } of applications) {
          // An Application may have the name of its environment.
          const key = `${name}/${application}`
          if (message !== undefined && seen.get(key) !== message) {
            say(name, `${application}: ${message}`)
            const fault = await renderFault(repository, name, message)
            if (fault !== undefined) io.stdout.write(`${fault}\n`)
          }
          seen.set(key, message ?? '')
        }
      }
    },
  }
}
