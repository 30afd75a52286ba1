import type { Application, ApplicationSource, Destination, IgnoreDifference, Operation } from '@slipway/argo'
import type { HealthCode, OperationPhase, ResourceResult } from '@slipway/gitops'

/** Whether the live state is the desired one; '' before the first comparison. */
export type SyncCode = 'Synced' | 'OutOfSync' | 'Unknown'

/** One entry of `status.resources`. */
export interface ResourceStatus {
  readonly group?: string
  readonly version: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly status?: SyncCode
  readonly hook?: boolean
  readonly requiresPruning?: boolean
  readonly requiresDeletionConfirmation?: boolean
  readonly syncWave?: number
}

/** One entry of `status.conditions`. */
export interface Condition {
  readonly type: ConditionType
  readonly message: string
  readonly lastTransitionTime?: string
}

/** The kinds of conditions that the reconciler sets: Argo CD's own, and `NotObeyedWarning` for what a real one would do and this one does not. */
export type ConditionType =
  | 'ComparisonError'
  | 'InvalidSpecError'
  | 'UnknownError'
  | 'SyncError'
  | 'DeletionError'
  | 'SharedResourceWarning'
  | 'RepeatedResourceWarning'
  | 'ExcludedResourceWarning'
  | 'NotObeyedWarning'

/** The last comparison: its verdict, the commit or commits, and the spec that it was made for. */
export interface SyncStatus {
  readonly status: SyncCode
  readonly comparedTo?: {
    readonly source?: ApplicationSource
    readonly sources?: readonly ApplicationSource[]
    readonly destination: Destination
    readonly ignoreDifferences?: readonly IgnoreDifference[]
  }
  readonly revision?: string
  readonly revisions?: readonly string[]
}

/** How the current or last operation stands. `finishedAt` while `Running` means that a retry is due. */
export interface OperationState {
  readonly operation: Operation
  readonly phase: OperationPhase
  readonly message?: string
  readonly startedAt: string
  readonly finishedAt?: string
  readonly retryCount?: number
  readonly syncResult?: SyncResult
}

/** What a sync was for, in concrete commits, and what it did to each resource so far. */
export interface SyncResult {
  readonly revision: string
  readonly revisions?: readonly string[]
  readonly source?: ApplicationSource
  readonly sources?: readonly ApplicationSource[]
  readonly resources?: readonly ResourceResult[]
  readonly managedNamespaceMetadata?: unknown
}

/** One entry of `status.history`. */
export interface HistoryEntry {
  readonly id: number
  readonly revision?: string
  readonly revisions?: readonly string[]
  readonly source?: ApplicationSource
  readonly sources?: readonly ApplicationSource[]
  readonly deployStartedAt: string
  readonly deployedAt: string
  readonly initiatedBy: NonNullable<Operation['initiatedBy']>
}

/** `Application.status`, as far as the reconciler writes it. */
export interface ApplicationStatus {
  readonly sync?: SyncStatus
  readonly health?: { readonly status?: HealthCode; readonly message?: string; readonly lastTransitionTime?: string }
  readonly resources?: readonly ResourceStatus[]
  readonly conditions?: readonly Condition[]
  readonly operationState?: OperationState
  readonly history?: readonly HistoryEntry[]
  readonly summary?: {
    readonly images?: readonly string[]
    readonly externalURLs?: readonly string[]
    readonly isAppOfApps?: boolean
  }
  readonly reconciledAt?: string
  readonly sourceType?: string
  readonly sourceTypes?: readonly string[]
  readonly resourceHealthSource?: string
  readonly controllerNamespace?: string
}

/** The status of an Application, empty before the first write. */
export function statusOf(application: Application): ApplicationStatus {
  return (application.status ?? {}) as ApplicationStatus
}
