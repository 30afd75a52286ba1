import type { KubeObject } from '@slipway/objects'

/** An Application of an environment. */
export interface ApplicationRow {
  readonly name: string
  readonly sync: string
  readonly health: string
  readonly revision: string
  /** Why it is not as it should be: its first condition, or how its last sync fails and which objects made it fail. */
  readonly message?: string
}

/** What of an Application a row is made of. */
export interface ApplicationObject extends KubeObject {
  readonly spec?: {
    readonly source?: { readonly repoURL?: string }
    readonly sources?: readonly { readonly repoURL?: string }[]
  }
  readonly status?: {
    readonly sync?: { readonly status?: string; readonly revision?: string; readonly revisions?: readonly string[] }
    readonly health?: { readonly status?: string }
    readonly conditions?: readonly { readonly type?: string; readonly message?: string }[]
    readonly operationState?: OperationState
  }
}

interface OperationState {
  readonly phase?: string
  readonly message?: string
  readonly retryCount?: number
  readonly syncResult?: { readonly resources?: readonly SyncedResource[] }
}

interface SyncedResource {
  readonly kind: string
  readonly name: string
  readonly status?: string
  readonly hookType?: string
  readonly hookPhase?: string
  readonly message?: string
}

const FAILED = new Set(['Failed', 'Error', 'SyncFailed'])

/** The row of an Application by its name, whether it is there or not. */
export function applicationRow(name: string, object: ApplicationObject | undefined): ApplicationRow {
  const status = object?.status
  const message = messageOf(status)
  return {
    name,
    sync: status?.sync?.status ?? 'Unknown',
    health: status?.health?.status ?? (object === undefined ? 'Missing' : 'Unknown'),
    revision: status?.sync?.revision ?? status?.sync?.revisions?.[0] ?? '',
    ...(message === undefined ? {} : { message }),
  }
}

// A warning is no reason for what stands in the way, and comes after all that is.
function messageOf(status: ApplicationObject['status']): string | undefined {
  const { conditions = [], operationState } = status ?? {}
  const error = conditions.find(({ type }) => type?.endsWith('Warning') !== true)
  return error?.message ?? failureOf(operationState) ?? heldBack(operationState) ?? conditions[0]?.message
}

function heldBack(operation: OperationState | undefined): string | undefined {
  const { phase, message = '' } = operation ?? {}
  return phase === 'Running' && message.startsWith('Sync operation blocked by sync window') ? message : undefined
}

// A sync that failed and is tried again is running, in Argo CD's words, and no less in need of somebody.
function failureOf(operation: OperationState | undefined): string | undefined {
  const resources = operation?.syncResult?.resources?.filter(hasFailed) ?? []
  if (!FAILED.has(operation?.phase ?? '') && resources.length === 0) return undefined
  return [operation?.message ?? '', ...resources.map(shown)].filter((text) => text !== '').join('; ')
}

function hasFailed({ status, hookPhase }: SyncedResource): boolean {
  return FAILED.has(status ?? '') || FAILED.has(hookPhase ?? '')
}

function shown({ kind, name, hookType, message = '' }: SyncedResource): string {
  return `${hookType === undefined || hookType === '' ? '' : `${hookType} hook `}${kind}/${name}: ${message}`
}
