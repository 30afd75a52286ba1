export { ArgoError } from './errors.ts'
export type { ArgoErrorCode } from './errors.ts'
export type {
  Application,
  ApplicationSource,
  ApplicationSpec,
  AppProject,
  AppProjectSpec,
  Destination,
  DirectorySource,
  GroupKindRule,
  HelmSource,
  IgnoreDifference,
  KustomizeSource,
  Operation,
  RetryPolicy,
  SyncOperation,
  SyncPolicy,
  SyncWindow,
} from './types.ts'
export {
  ARGO_API_VERSION,
  hasSeveralSources,
  isInCluster,
  parseApplication,
  parseProject,
  sourcesOf,
} from './parse.ts'
export type { Parsed, PlaceOf } from './parse.ts'
export {
  defaultProject,
  destinationPermitted,
  IN_CLUSTER,
  IN_CLUSTER_NAME,
  kindPermitted,
  permissionProblems,
  sourcePermitted,
} from './project.ts'
export type { KindAsked } from './project.ts'
export { branchOf, environmentsOf, looksLikeRoot, rootKinds } from './environments.ts'
export type { Environment, IsRoot } from './environments.ts'
export { findArgoObjects } from './find.ts'
export type { ArgoObjects, Declared } from './find.ts'
export { readManifests, readYamlMap, syntaxFaultOf } from './manifests.ts'
export type { Manifest, Manifests } from './manifests.ts'
export { syncAllowed } from './windows/allowed.ts'
export type { SyncAllowed, SyncAsked } from './windows/allowed.ts'
export { globMatches } from './glob.ts'
export { argoDefinitions } from './crds.ts'
