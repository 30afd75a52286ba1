export { startReconciler } from './start.ts'
export type { Reconciler, ReconcilerOptions } from './start.ts'
export { gitRepositories } from './repositories.ts'
export type { GitRepositories, GitRepositoriesOptions, Repositories, RevisionRequest } from './repositories.ts'
export { renderSource, sourceTypeOf } from './render/render.ts'
export type { Render, RenderedObject, RenderRequest, RenderResult, SourceType } from './render/types.ts'
export { editKustomization, parseImage } from './render/kustomize-edit.ts'
export type { ComparedPair, Comparison } from './compare.ts'
export { ReconcilerError } from './errors.ts'
export type { ReconcilerErrorCode } from './errors.ts'
export { kitchenTime, parseDuration, retryDelay } from './operation/retry.ts'
export { statusOf } from './status/types.ts'
export type {
  ApplicationStatus,
  Condition,
  ConditionType,
  HistoryEntry,
  OperationState,
  ResourceStatus,
  SyncCode,
  SyncResult,
  SyncStatus,
} from './status/types.ts'
export type { Targets } from './targets.ts'
export { renderInThread } from './render/threads.ts'
export type { RenderThread, RenderThreadOptions } from './render/threads.ts'
