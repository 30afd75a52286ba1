import type { KubeObject } from '@slipway/objects'
import type { HookType, SyncPhase } from '../annotations.ts'
import type { Pair } from '../health/aggregate.ts'
import type { Judge } from '../health/health.ts'

/** How an operation, or a hook, stands. */
export type OperationPhase = 'Running' | 'Terminating' | 'Failed' | 'Error' | 'Succeeded'

/** What a sync did with one resource. */
export type ResultCode = 'Synced' | 'SyncFailed' | 'Pruned' | 'PruneSkipped'

/** One entry of `status.operationState.syncResult.resources`. */
export interface ResourceResult {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly status?: ResultCode
  readonly message?: string
  readonly hookType?: HookType
  readonly hookPhase?: OperationPhase
  readonly syncPhase?: SyncPhase
  readonly images?: readonly string[]
}

/** Sync options of the Application and its operation. */
export interface SyncSettings {
  readonly prune: boolean
  readonly dryRun: boolean
  readonly force: boolean
  readonly replace: boolean
  readonly validate: boolean
  readonly serverSideApply: boolean
  /** The manager whose updates a server-side apply takes over first; absent when the Application wants none of that. */
  readonly migrateFrom?: string
  readonly pruneLast: boolean
  readonly applyOutOfSyncOnly: boolean
  readonly skipDryRunOnMissingResource: boolean
  /** True for a sync of selected resources or without hooks. */
  readonly skipHooks: boolean
  /** The word of a person for `Prune=confirm`. */
  readonly pruneConfirmed: boolean
  readonly prunePropagation: 'Foreground' | 'Background' | 'Orphan'
  /** `Prune=...` of the Application, for objects that say nothing. */
  readonly defaultPrune?: string
}

/** What one step of a sync starts from; everything is data. */
export interface SyncInput {
  readonly settings: SyncSettings
  /** Desired and live objects; what is only live is to be pruned, hooks among the live ones are found as such. */
  readonly pairs: readonly Pair[]
  readonly hooks: readonly KubeObject[]
  readonly namespace: string
  readonly revision: string
  /** Milliseconds since 1970, for the names of hooks with `generateName`. */
  readonly startedAt: number
  /** Results of the steps so far. */
  readonly results: readonly ResourceResult[]
  /** Which resources take part; all by default. */
  readonly selected?: (pair: Pair) => boolean
  /** Which keys (see {@link keyTextOf}) differ, for `ApplyOutOfSyncOnly`. */
  readonly modified: ReadonlyMap<string, boolean>
  /** Tells the health of what is waited for; default {@link healthOf}. */
  readonly judge?: Judge
  /** Why a kind cannot be applied: the API does not serve it, or the project forbids it. */
  readonly problemOf: (object: KubeObject) => KindProblem | undefined
  /** The namespace to create or to label, with what it is now; absent when none is managed. */
  readonly managedNamespace?: { readonly target: KubeObject; readonly live: KubeObject | undefined }
}

/** Why a kind cannot be applied. */
export interface KindProblem {
  readonly message: string
  /** The API does not know the kind, which a CustomResourceDefinition of the same sync may change. */
  readonly unknownKind: boolean
}

/** Something to do to the cluster. */
export type SyncAction =
  | {
      readonly verb: 'apply'
      readonly object: KubeObject
      readonly live: KubeObject | undefined
      readonly dryRun: boolean
      readonly validate: boolean
      readonly serverSide: boolean
      readonly migrateFrom?: string
      readonly force: boolean
      readonly replace: boolean
    }
  | { readonly verb: 'delete'; readonly object: KubeObject; readonly propagation: SyncSettings['prunePropagation'] }
  | { readonly verb: 'remove-finalizer'; readonly object: KubeObject; readonly finalizer: string }
  | { readonly verb: 'get'; readonly object: KubeObject }

/** What came of an action; `message` is kubectl's line (`configmap/c created`) or the API's refusal. */
export interface ActionResult {
  readonly ok: boolean
  readonly message: string
  readonly notFound?: boolean
}

/** How the operation stands after a step. */
export interface SyncOutcome {
  readonly phase: OperationPhase
  readonly message: string
  readonly results: readonly ResourceResult[]
  /** True after a wave that is not the last: Argo CD waits 2 s before it looks at health. */
  readonly waveDone: boolean
}

/** A step as a generator: it yields actions that may run at the same time, and takes their results in the same order. */
export type SyncSteps = Generator<readonly SyncAction[], SyncOutcome, readonly ActionResult[]>
