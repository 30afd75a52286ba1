import type { Client } from '@slipway/client'
import type { EnvironmentStatus } from '@slipway/environments'
import type { KubeObject } from '@slipway/objects'
import type { Output } from '../io.ts'

/** Tells what Kubernetes and Argo CD do, as it happens. */
export interface Narrator {
  /** Tells the events of an environment that are new, and its state where that changed. */
  look(status: EnvironmentStatus): Promise<void>
}

interface Event extends KubeObject {
  readonly reason: string
  readonly message: string
  readonly count?: number
  readonly involvedObject: { readonly kind: string; readonly name: string }
}

/** A narrator that is silent about what happened before it came. */
export async function makeNarrator(client: Client, out: Output): Promise<Narrator> {
  const seen = new Set((await eventsOf(client)).map(identityOf))
  const told = new Set<string>()
  const states = new Map<string, string>()
  const tellEvent = (event: Event): void => {
    const line = lineOf(event)
    // An event that happens again and again is told once.
    if (!seen.has(identityOf(event)) && !told.has(line)) out.write(`    ${line}\n`)
    if (!seen.has(identityOf(event))) told.add(line)
    seen.add(identityOf(event))
  }
  return {
    look: async (status) => {
      for (const event of await eventsOf(client)) if (isOf(event, status)) tellEvent(event)
      const state = stateOf(status)
      if (states.get(status.name) !== state) out.write(`    argo cd: ${state}\n`)
      states.set(status.name, state)
    },
  }
}

async function eventsOf(client: Client): Promise<readonly Event[]> {
  const { items } = await client.list<Event>({ apiVersion: 'v1', kind: 'Event' })
  return items
}

function identityOf({ metadata, count = 1 }: Event): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''} ${count}`
}

function isOf({ metadata, involvedObject }: Event, { namespace, applications }: EnvironmentStatus): boolean {
  if (metadata.namespace === namespace) return true
  return involvedObject.kind === 'Application' && applications.some(({ name }) => name === involvedObject.name)
}

function lineOf({ involvedObject: { kind, name }, reason, message }: Event): string {
  return `${kind === 'Application' ? 'argo cd' : 'kubernetes'}: ${kind.toLowerCase()}/${name} ${reason}: ${message}`
}

function stateOf({ name, sync, health, pods }: EnvironmentStatus): string {
  return `${name} is ${sync}, ${health}; ${pods.filter(({ ready }) => ready).length} of ${pods.length} pods ready`
}
