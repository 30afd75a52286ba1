import { readFileSync } from 'node:fs'
import type { ApplicationStatus, OperationState } from '@slipway/reconciler'
import type { Operation } from '@slipway/argo'
import type { KubeObject } from '@slipway/objects'

/** One change of an Application, as a recording or a test saw it. */
export interface Change {
  readonly name: string
  readonly operation: Operation | undefined
  readonly status: ApplicationStatus
}

/** A run of a scenario: changes in order, and after how many of them each step began. */
export interface Run {
  readonly changes: readonly Change[]
  readonly steps: readonly number[]
  /** Kubernetes events about the Application. */
  readonly events: readonly { readonly type: string; readonly reason: string; readonly message: string }[]
  /** What is in the namespaces at the end. */
  readonly live: readonly KubeObject[]
}

/** The kinds of live objects that are compared. */
export const LIVE_KINDS: Readonly<Record<string, { readonly apiVersion: string; readonly kind: string }>> = {
  configmaps: { apiVersion: 'v1', kind: 'ConfigMap' },
  services: { apiVersion: 'v1', kind: 'Service' },
  secrets: { apiVersion: 'v1', kind: 'Secret' },
  deployments: { apiVersion: 'apps/v1', kind: 'Deployment' },
}

/** What of a run has to be the same: all that depends neither on time nor on how often a controller happened to look. */
export interface Digest {
  /** Sync, health and phase when each step began, and at the end. */
  readonly settled: readonly string[]
  /** All sync states in the order in which they first appear after one another, with the health that they settled at. */
  readonly conditions: readonly string[]
  readonly operations: readonly OperationDigest[]
  readonly resources: unknown
  readonly history: unknown
  readonly sources: unknown
  /** When operations started, and how they ended. */
  readonly events: readonly string[]
  /** Annotations, labels, specs and data of live objects, and who manages fields of them. */
  readonly live: readonly string[]
}

/** One operation. */
export interface OperationDigest {
  readonly by: string
  readonly revision: string
  readonly phase: string
  readonly message: string
  readonly retries: number
  readonly waits: readonly string[]
  readonly results: readonly string[]
}

interface Recording {
  readonly steps: readonly { at: number; spec?: { destination: { namespace: string } } }[]
  readonly live: Readonly<Record<string, Readonly<Record<string, readonly KubeObject[]>>>>
  readonly kubernetesEvents: readonly { type: string; reason: string; message: string; name: string }[]
  readonly events: readonly {
    at: number
    type: string
    name: string
    operation?: Operation
    status?: ApplicationStatus
  }[]
}

/** Reads a recording of one Application. */
export function recordedRun(scenario: string, application: string): Run {
  const file = new URL(`../../../../conformance/argocd/recorded/${scenario}.json`, import.meta.url)
  const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording
  const events = recording.events.filter(({ name, type }) => name === application && type !== 'DELETED')
  const changes = events.map(({ name, operation, status }) => ({ name, operation, status: status ?? {} }))
  const steps = recording.steps.map(({ at }) => events.filter((event) => event.at < at).length)
  // What other scenarios left behind is in some recordings, too.
  const own = recording.steps.flatMap(({ spec }) => (spec === undefined ? [] : [spec.destination.namespace]))
  const namespaces = Object.entries(recording.live).filter(([namespace]) => own.includes(namespace))
  const live = namespaces.flatMap(([, kinds]) =>
    Object.entries(LIVE_KINDS).flatMap(([plural, { kind }]) =>
      (kinds[plural] ?? []).map((object) => ({ ...object, kind })),
    ),
  )
  return { changes, steps, live, events: recording.kubernetesEvents.filter(({ name }) => name === application) }
}

/** What has to be the same of a run. */
export function digestOf(run: Run): Digest {
  const masked = withoutCut(JSON.parse(mask(JSON.stringify(run.changes))) as Change[])
  const last = masked.at(-1)?.status ?? {}
  const at = [...new Set([...run.steps.filter((count) => count <= masked.length), masked.length])].filter(
    (count) => count > 0,
  )
  return {
    settled: at.map((count) => stateOf(masked[count - 1]?.status ?? {})),
    conditions: [
      ...new Set(
        masked.flatMap(({ status }) => (status.conditions ?? []).map(({ type, message }) => `${type}: ${message}`)),
      ),
    ].sort(),
    operations: operationsOf(masked),
    resources: last.resources ?? [],
    history: (last.history ?? []).map(({ id, revision, revisions, source, sources, initiatedBy }) => ({
      id,
      revision,
      revisions,
      source,
      sources,
      initiatedBy,
    })),
    events: eventsOf(run),
    live: run.live.map(liveDigest).sort(),
    sources: [last.sourceType ?? '', last.sourceTypes ?? [], last.sync?.comparedTo ?? {}, last.summary ?? {}],
  }
}

// A scenario may end in the middle of a self-heal that comes again and again.
function withoutCut(changes: readonly Change[]): readonly Change[] {
  const isHealing = ({ operation, status }: Change): boolean =>
    (operation?.sync?.resources ?? []).length > 0 && status.operationState?.phase !== 'Succeeded'
  return changes.slice(0, changes.findLastIndex((change) => !isHealing(change)) + 1)
}

function stateOf({ sync, health, operationState }: ApplicationStatus): string {
  return `${sync?.status ?? ''} ${health?.status ?? ''} ${operationState?.phase ?? ''}`.trim()
}

// What only an idle self-heal would say is left out, as that is.
function eventsOf(run: Run): readonly string[] {
  const texts = run.events
    .filter(({ reason, message }) => reason.startsWith('Operation') && !message.startsWith('Partial'))
    .map(({ type, reason, message }) => `${type} ${reason}: ${message.replaceAll(/\b[0-9a-f]{40}\b/g, '<commit>')}`)
  return [...new Set(texts)].sort()
}

function liveDigest(object: KubeObject): string {
  const { name, namespace, annotations = {}, labels, managedFields = [] } = object.metadata
  const managers = managedFields
    .map((entry) => entry as { manager: string; operation: string; subresource?: string })
    .map(({ manager, operation, subresource = '' }) => `${manager} ${operation} ${subresource}`.trim())
    .filter((manager) => manager.startsWith('argocd'))
  const { data, spec } = object
  const text = JSON.stringify(sorted({ kind: object.kind, name, namespace, annotations, labels, managers, data, spec }))
  return text.replaceAll(/"clusterIPs?":(\[[^\]]*\]|"[^"]*")/g, '"clusterIP":"<address>"')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  )
}

// Times of day, and commits in the order of their appearance.
function mask(text: string): string {
  const commits = new Map<string, string>()
  return text
    .replaceAll(/\b[0-9a-f]{40}\b/g, (commit) => {
      commits.set(commit, commits.get(commit) ?? `commit-${commits.size + 1}`)
      return commits.get(commit) ?? ''
    })
    .replaceAll(/at \d{1,2}:\d\d[AP]M/g, 'at <time>')
}

function operationsOf(changes: readonly Change[]): readonly OperationDigest[] {
  const groups: OperationState[][] = []
  for (const { status } of changes) {
    const state = status.operationState
    const before = groups.at(-1)?.at(-1)
    if (state === undefined) continue
    if (before === undefined || isNew(before, state)) groups.push([state])
    else groups.at(-1)?.push(state)
  }
  const digests = groups.map(digestOfOperation).filter((operation) => !isIdle(operation))
  // How often two Applications take an object from each other depends on how fast they are.
  return digests.filter((each, index) => JSON.stringify(each) !== JSON.stringify(digests[index - 1]))
}

const isNew = (before: OperationState, state: OperationState): boolean =>
  (before.phase !== 'Running' && state.phase === 'Running') || before.startedAt > state.startedAt

function digestOfOperation(states: readonly OperationState[]): OperationDigest {
  const last = states.at(-1)
  const sync = last?.operation.sync
  const waits = states.filter(({ phase }) => phase === 'Running').map(({ message }) => message ?? '')
  const by =
    last?.operation.initiatedBy?.automated === true ? 'automated' : (last?.operation.initiatedBy?.username ?? '')
  return {
    by: (sync?.resources ?? []).length > 0 ? `${by}, partial` : by,
    revision: last?.syncResult?.revision ?? last?.syncResult?.revisions?.join(' ') ?? '',
    phase: last?.phase ?? '',
    message: last?.message ?? '',
    retries: last?.retryCount ?? 0,
    waits: [...new Set(waits)].filter((message) => message !== '').sort(),
    // Objects of one kind are applied at the same time, so their order is chance.
    results: (last?.syncResult?.resources ?? [])
      .map(({ kind, namespace, name, status, message, hookPhase, hookType, syncPhase, images }) =>
        [`${kind}/${namespace}/${name}`, status, message, hookPhase, hookType, syncPhase, ...(images ?? [])]
          .filter((part) => part !== undefined)
          .join(' | '),
      )
      .sort(),
  }
}

// A self-heal that changed nothing: the real controller had looked at a cache that did not know of its own writes yet.
function isIdle({ by, results }: OperationDigest): boolean {
  return by.endsWith('partial') && results.every((result) => result.includes(' unchanged |'))
}
