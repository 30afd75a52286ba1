export {
  annotationList,
  deletePoliciesOf,
  HOOK_FINALIZER,
  hookTypesOf,
  ignoresExtraneous,
  isHook,
  isSkipped,
  syncOption,
  waveOf,
} from './annotations.ts'
export type { DeletePolicy, HookType, SyncPhase } from './annotations.ts'
export { differenceOf, FIELD_MANAGER } from './diff/diff.ts'
export type { Difference, DiffOptions } from './diff/diff.ts'
export { checkIgnoreRules, withLiveIgnored } from './diff/ignore.ts'
export type { IgnoreRule } from './diff/ignore.ts'
export { clientSideManagers, handedOver } from './diff/migrate.ts'
export { lastAppliedOf, normalised, withLastApplied } from './diff/normalise.ts'
export { mergePatchBetween, threeWayMerge } from './diff/three-way.ts'
export type { ThreeSides } from './diff/three-way.ts'
export { GitOpsError } from './errors.ts'
export type { GitOpsErrorCode } from './errors.ts'
export { applicationHealth } from './health/aggregate.ts'
export type { ApplicationHealth, Pair } from './health/aggregate.ts'
export { isUnjudged } from './health/custom/unjudged.ts'
export { healthOf } from './health/health.ts'
export type { Judge } from './health/health.ts'
export { isWorse } from './health/status.ts'
export type { Health, HealthCode } from './health/status.ts'
export { formatResourceKey, keyTextOf, resourceKeyOf } from './keys.ts'
export type { ResourceKey } from './keys.ts'
export { imagesOf } from './sync/images.ts'
export { syncStep, terminateSync } from './sync/step.ts'
export type {
  ActionResult,
  KindProblem,
  OperationPhase,
  ResourceResult,
  ResultCode,
  SyncAction,
  SyncInput,
  SyncOutcome,
  SyncSettings,
  SyncSteps,
} from './sync/types.ts'
