import {
  kindPermitted,
  destinationPermitted,
  sourcesOf,
  syncAllowed,
  type Application,
  type AppProject,
  type SyncOperation,
} from '@slipway/argo'
import {
  keyTextOf,
  syncStep,
  terminateSync,
  withLiveIgnored,
  type KindProblem,
  type Pair,
  type ResourceResult,
  type SyncInput,
  type SyncOutcome,
} from '@slipway/gitops'
import { gvkOf, type KubeObject } from '@slipway/objects'
import { argoSettings, judgeBy } from '../argo-settings.ts'
import { compareApplication, type Comparison } from '../compare.ts'
import type { Context } from '../context.ts'
import { managedNamespaceOf } from '../namespace.ts'
import { formatConditions } from '../status/conditions.ts'
import type { OperationState, SyncResult } from '../status/types.ts'
import type { TargetLoader } from '../targets.ts'
import { isOwnTracking } from '../tracking.ts'
import { performSteps } from './actions.ts'
import { settingsOf } from './settings.ts'

/** A sync that goes on. */
export interface SyncRequest {
  readonly application: Application
  readonly project: AppProject
  readonly state: OperationState
}

/** How the operation stands after one more step. */
export interface SyncProgress {
  readonly state: OperationState
  readonly waveDone: boolean
  /** What was compared, for the history; absent when it came to no comparison. */
  readonly comparison?: Comparison
}

/** Does the next step of a sync: compares the revision that the operation is for, and applies what is next. */
export async function syncApplication(
  context: Context,
  loader: TargetLoader,
  { application, project, state }: SyncRequest,
): Promise<SyncProgress> {
  const { sync } = state.operation
  if (sync === undefined) return ended(state, 'Error', 'Invalid operation request: no operation specified')
  if ((sync.manifests ?? []).length > 0)
    return ended(state, 'Error', 'local manifests of an operation (argocd app sync --local) are not applied here')
  const result = state.syncResult ?? newResult(application, sync)
  const blocked = blockedBy(context, { application, project, state })
  if (blocked !== undefined) return { state: { ...state, ...blocked, syncResult: result }, waveDone: false }
  const several = (result.sources ?? []).length > 0
  const sources = several
    ? (result.sources ?? [])
    : result.source === undefined
      ? sourcesOf(application)
      : [result.source]
  const given = several ? (result.revisions ?? []) : [result.revision]
  const revisions = given.map((revision) => (revision === '' ? undefined : revision))
  const request = { application, project, sources, revisions, refresh: false }
  const comparison = await compareApplication(context, loader, request)
  const concrete = withRevisions(result, comparison)
  const refused = refusal(sync, comparison)
  if (refused !== undefined)
    return { ...ended({ ...state, syncResult: concrete }, refused.phase, refused.message), comparison }
  const input = inputOf(context, { application, project, state, sync, comparison, results: concrete.resources ?? [] })
  const outcome = await performSteps(context, state.phase === 'Terminating' ? terminateSync(input) : syncStep(input))
  const syncResult = { ...concrete, ...namespaceMetadata(application), ...resourcesOf(context, outcome) }
  const { message: _, ...rest } = state
  const next = {
    ...rest,
    phase: outcome.phase,
    syncResult,
    ...(outcome.message === '' ? {} : { message: outcome.message }),
  }
  return { state: next, waveDone: outcome.waveDone, comparison }
}

function ended(state: OperationState, phase: OperationState['phase'], message: string): SyncProgress {
  return { state: { ...state, phase, message }, waveDone: false }
}

// An operation that a window forbids waits, one that is to be ended too.
function blockedBy(
  context: Context,
  { application, project, state }: SyncRequest,
): { readonly message?: string } | undefined {
  const { allowed, fault } = syncAllowed(project, application, {
    now: context.clock.now(),
    isManual: state.operation.initiatedBy?.automated !== true,
    startedAt: Date.parse(state.startedAt),
  })
  if (allowed) return undefined
  const message = `Sync operation blocked by sync window${fault === undefined ? '' : `: ${fault}`}`
  return state.phase === 'Running' ? { message } : {}
}

function newResult(application: Application, sync: SyncOperation): SyncResult {
  const { revision = '', revisions } = sync
  if (sync.sources !== undefined && sync.sources.length > 0)
    return { revision, sources: sync.sources, ...(revisions === undefined ? {} : { revisions }) }
  if (sync.source !== undefined) return { revision, source: sync.source }
  const { source, sources } = application.spec
  if (sources !== undefined && sources.length > 0)
    return { revision, sources, ...(revisions === undefined ? {} : { revisions }) }
  return source === undefined ? { revision } : { revision, source }
}

function withRevisions(result: SyncResult, { sync }: Comparison): SyncResult {
  const { revision = '', revisions } = sync
  return { ...result, revision, ...(revisions === undefined ? {} : { revisions }) }
}

function refusal(
  sync: SyncOperation,
  comparison: Comparison,
): { phase: 'Failed' | 'Error'; message: string } | undefined {
  const shared = comparison.conditions.find(({ type }) => type === 'SharedResourceWarning')
  if (shared !== undefined && sync.syncOptions?.includes('FailOnSharedResource=true') === true)
    return { phase: 'Failed', message: `Shared resource found: ${shared.message}` }
  const errors = comparison.conditions.filter(({ type }) => type === 'ComparisonError' || type === 'InvalidSpecError')
  return errors.length === 0 ? undefined : { phase: 'Error', message: formatConditions(errors) }
}

interface Parts {
  readonly application: Application
  readonly project: AppProject
  readonly state: OperationState
  readonly sync: SyncOperation
  readonly comparison: Comparison
  readonly results: readonly ResourceResult[]
}

function inputOf(context: Context, parts: Parts): SyncInput {
  const { application, state, sync, comparison } = parts
  const startedAt = Date.parse(state.startedAt)
  const namespace = application.spec.destination.namespace ?? ''
  const hasOwn = comparison.pairs.some(
    ({ target }) => target?.kind === 'Namespace' && target.metadata.name === namespace,
  )
  const create = sync.syncOptions?.includes('CreateNamespace=true') === true && !hasOwn
  const managedNamespace = create ? managedNamespaceOf(context, application) : undefined
  return {
    settings: settingsOf(application, sync, startedAt),
    pairs: pairsFor(parts),
    hooks: comparison.hooks,
    namespace,
    revision: comparison.sync.revision ?? comparison.sync.revisions?.[0] ?? '',
    startedAt,
    results: parts.results,
    selected: (pair) => isSelected(sync, pair),
    modified: new Map(
      comparison.pairs.flatMap(({ live, difference }) =>
        live === undefined ? [] : [[keyTextOf(live), difference.modified] as const],
      ),
    ),
    judge: judgeBy(argoSettings(context)),
    problemOf: (object) => kindProblem(context, parts.project, object),
    ...(managedNamespace === undefined ? {} : { managedNamespace }),
  }
}

function pairsFor({ application, sync, comparison }: Parts): readonly Pair[] {
  if (sync.syncOptions?.includes('RespectIgnoreDifferences=true') !== true) return comparison.pairs
  const rules = application.spec.ignoreDifferences ?? []
  return comparison.pairs.map(({ target, live }) =>
    target === undefined || live === undefined
      ? { target, live }
      : { target: withLiveIgnored(target, live, rules), live },
  )
}

function isSelected(sync: SyncOperation, { target, live }: Pair): boolean {
  const object = target ?? live
  if (object === undefined) return false
  if (target === undefined && !isOwnTracking(object)) return false
  const { resources = [] } = sync
  if (resources.length === 0) return true
  const { group, kind } = gvkOf(object)
  const { name, namespace: at } = object.metadata
  return resources.some(
    (each) =>
      each.kind === kind &&
      (each.group ?? '') === group &&
      each.name === name &&
      (each.namespace === undefined || each.namespace === '' || each.namespace === at),
  )
}

function kindProblem(context: Context, project: AppProject, object: KubeObject): KindProblem | undefined {
  const { group, kind } = gvkOf(object)
  const resource = context.live.resource({ group, kind })
  const served = context.live.apiVersions().includes(`${object.apiVersion}/${kind}`)
  if (resource === undefined || !served) return { unknownKind: true, message: unknownKind(context, object) }
  const { name = '', namespace = '' } = object.metadata
  const forbidden = (message: string): KindProblem => ({ unknownKind: false, message })
  if (!kindPermitted(project, { group, kind, namespaced: resource.namespaced, name }))
    return forbidden(`resource ${group}:${kind} is not permitted in project ${project.metadata.name ?? ''}`)
  if (resource.namespaced && !destinationPermitted(project, { namespace }))
    return forbidden(`namespace ${namespace} is not permitted in project '${project.metadata.name ?? ''}'`)
  return undefined
}

// client-go asks for the group and version first, and says which of both is missing.
function unknownKind(context: Context, object: KubeObject): string {
  const { apiVersion, kind } = object
  if (context.live.apiVersions().includes(apiVersion))
    return `the server could not find the requested resource, GroupVersionKind "${apiVersion}, Kind=${kind}" not found`
  return `failed to discover server resources for group version ${apiVersion}: the server could not find the requested resource`
}

function namespaceMetadata(application: Application): { managedNamespaceMetadata?: unknown } {
  const metadata = application.spec.syncPolicy?.managedNamespaceMetadata
  return metadata === undefined ? {} : { managedNamespaceMetadata: metadata }
}

function resourcesOf(context: Context, outcome: SyncOutcome): { resources?: readonly ResourceResult[] } {
  if (outcome.results.length === 0) return {}
  return { resources: outcome.results.map((result) => augmented(context, result)) }
}

// Says what to do where the API only says that it does not know the kind.
function augmented(context: Context, result: ResourceResult): ResourceResult {
  if (result.message?.includes('the server could not find the requested resource') !== true) return result
  const { group, kind, namespace, name, version } = result
  const known = context.live.resource({ group, kind })
  const wanted = `requested resource ${namespace}/${name}.`
  const message =
    known === undefined
      ? `The Kubernetes API could not find ${group}/${kind} for ${wanted} Make sure the "${kind}" CRD is installed on the destination cluster.`
      : `The Kubernetes API could not find version "${version}" of ${group}/${kind} for ${wanted} Version "${gvkOf(known).version}" of ${group}/${kind} is installed on the destination cluster.`
  return { ...result, message }
}
