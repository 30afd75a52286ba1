import { hasSeveralSources, kindPermitted, type Application, type AppProject } from '@slipway/argo'
import { messageOf } from '@slipway/diag'
import {
  annotationList,
  applicationHealth,
  checkIgnoreRules,
  FIELD_MANAGER,
  ignoresExtraneous,
  isHook,
  isSkipped,
  keyTextOf,
  resourceKeyOf,
  waveOf,
  type Difference,
  type Health,
  type IgnoreRule,
  type Pair,
} from '@slipway/gitops'
import { gvkOf, type KubeObject } from '@slipway/objects'
import { argoSettings, judgeBy, notObeyed } from './argo-settings.ts'
import { needsConfirmation } from './confirmation.ts'
import type { Context } from './context.ts'
import { isDeleteHook } from './delete-hooks.ts'
import { isExcluded } from './live/excluded.ts'
import { managedNamespaceOf } from './namespace.ts'
import { instanceOf, normaliseTargets } from './normalise.ts'
import { livePermitted } from './project.ts'
import type { Condition, ResourceStatus, SyncCode, SyncStatus } from './status/types.ts'
import type { TargetLoader, TargetRequest, Targets } from './targets.ts'
import { isOwnTracking, trackingOf } from './tracking.ts'

/** A desired object, the live one, and what lies between. */
export interface ComparedPair extends Pair {
  readonly difference: Difference
}

/** What a comparison found. */
export interface Comparison {
  readonly sync: SyncStatus
  readonly health: Health
  readonly resources: readonly ResourceStatus[]
  readonly conditions: readonly Condition[]
  readonly pairs: readonly ComparedPair[]
  readonly hooks: readonly KubeObject[]
  /** True when the desired or live state could not be had, so that nothing is known. */
  readonly failed: boolean
  readonly targets: Targets | undefined
  /** Origins of desired objects, as they stand in `pairs` and `hooks`. */
  readonly madeOf: ReadonlyMap<KubeObject, KubeObject>
}

/** What is compared. */
export interface CompareRequest extends TargetRequest {
  readonly application: Application
  readonly project: AppProject
}

/** Compares what an Application wants with what is there, as Argo CD's CompareAppState does. */
export async function compareApplication(
  context: Context,
  loader: TargetLoader,
  request: CompareRequest,
): Promise<Comparison> {
  const { application } = request
  const conditions: Condition[] = []
  const targets = await loadTargets(loader, request, conditions)
  const normalised = normaliseTargets(context, application, targets?.objects ?? [])
  for (const message of normalised.warnings) conditions.push({ type: 'RepeatedResourceWarning', message })
  for (const object of normalised.objects.filter(isExcluded)) conditions.push(exclusionOf(object))
  const objects = normalised.objects.filter((object) => !isExcluded(object))
  const hooks = objects.filter((object) => isHook(object))
  const wanted = objects.filter((object) => !hooks.includes(object))
  const found = await pairsOf(context, request, wanted)
  for (const message of sharedWarnings(context, application, found))
    conditions.push({ type: 'SharedResourceWarning', message })
  const ignore = application.spec.ignoreDifferences ?? []
  const compared = await compareAll(context, application, { pairs: found, ignore, conditions })
  const failed = targets === undefined || compared === undefined
  const pairs =
    compared ??
    found.map((pair) => ({ ...pair, difference: { modified: false, live: pair.live, predicted: pair.target } }))
  const judged = pairs.map((pair) => judge(context, request, { pair, hooks, failed }))
  const settings = argoSettings(context)
  conditions.push(...notObeyed(settings, { pairs, project: request.project }))
  const { total } = applicationHealth(pairs, selfOf(application), judgeBy(settings))
  return {
    sync: syncStatusOf(request, targets, failed ? 'Unknown' : overallOf(judged, application)),
    health: total,
    resources: judged.map(({ status }) => status).sort(byKey),
    conditions,
    pairs,
    hooks,
    failed,
    targets,
    madeOf: normalised.madeOf,
  }
}

function exclusionOf(object: KubeObject): Condition {
  const { group, kind } = gvkOf(object)
  const message = `Resource ${group}/${kind} ${object.metadata.name ?? ''} is excluded in the settings`
  return { type: 'ExcludedResourceWarning', message }
}

async function loadTargets(
  loader: TargetLoader,
  request: CompareRequest,
  conditions: Condition[],
): Promise<Targets | undefined> {
  try {
    return await loader.load(request.application, request)
  } catch (error) {
    conditions.push({ type: 'ComparisonError', message: `Failed to load target state: ${messageOf(error)}` })
    return undefined
  }
}

const selfOf = (application: Application): { name: string; namespace: string } => ({
  name: application.metadata.name ?? '',
  namespace: application.metadata.namespace ?? '',
})

async function pairsOf(context: Context, request: CompareRequest, wanted: readonly KubeObject[]): Promise<Pair[]> {
  const { application, project } = request
  const pairs = await Promise.all(
    wanted.map(async (target) => ({ target, live: await liveOf(context, target, project) })),
  )
  const taken = new Set(wanted.map(keyTextOf))
  const extra = context.live
    .trackedBy(instanceOf(application, context.controllerNamespace))
    .filter((live) => !taken.has(keyTextOf(live)))
    .filter((live) => livePermitted(project, live))
  const managed = managedNamespaceOf(context, application)
  const all: Pair[] = [...pairs, ...extra.map((live) => ({ target: undefined, live }))]
  // A namespace whose labels the Application manages is compared only once somebody tracks it, as in Argo CD.
  return all.map((pair) =>
    pair.target === undefined &&
    pair.live?.kind === 'Namespace' &&
    managed?.target.metadata.name === pair.live.metadata.name
      ? { ...pair, target: managed?.target }
      : pair,
  )
}

async function liveOf(context: Context, target: KubeObject, project: AppProject): Promise<KubeObject | undefined> {
  const live = context.live.get(resourceKeyOf(target))
  if (live === undefined || !livePermitted(project, live)) return undefined
  if (live.apiVersion === target.apiVersion) return live
  const { name = '', namespace } = live.metadata
  const { apiVersion, kind } = target
  // The cache holds the preferred version only.
  return context.client.get({ apiVersion, kind, namespace, name }).catch(() => live)
}

function isPermitted(context: Context, project: AppProject, object: KubeObject): boolean {
  const { group, kind } = gvkOf(object)
  const namespaced = context.live.resource({ group, kind })?.namespaced ?? true
  return kindPermitted(project, { group, kind, namespaced, name: object.metadata.name ?? '' })
}

function sharedWarnings(context: Context, application: Application, pairs: readonly Pair[]): string[] {
  const own = instanceOf(application, context.controllerNamespace)
  const { name = '', namespace = '' } = application.metadata
  return pairs.flatMap(({ live }) => {
    const owner = live === undefined ? undefined : trackingOf(live)?.instance
    if (live === undefined || owner === undefined || owner === own) return []
    return [
      `${live.kind}/${live.metadata.name ?? ''} is part of applications ${namespace}/${name} and ${owner.replaceAll('_', '/')}`,
    ]
  })
}

async function compareAll(
  context: Context,
  application: Application,
  how: { pairs: readonly Pair[]; ignore: readonly IgnoreRule[]; conditions: Condition[] },
): Promise<readonly ComparedPair[] | undefined> {
  const { ignore, pairs } = how
  try {
    checkIgnoreRules(ignore)
    if (asksTheApi(application)) return await predictAll(context, pairs, ignore)
    const serverSideApply = application.spec.syncPolicy?.syncOptions?.includes('ServerSideApply=true') === true
    const options = { ignore, serverSideApply }
    return pairs.map((pair) => ({ ...pair, difference: context.differences.of(pair.target, pair.live, options) }))
  } catch (error) {
    how.conditions.push({
      type: 'ComparisonError',
      message: `Failed to compare desired state to live state: ${messageOf(error)}`,
    })
    return undefined
  }
}

function asksTheApi(application: Application): boolean {
  const options = annotationList(application, 'argocd.argoproj.io/compare-options')
  return options.includes('ServerSideDiff=true') && !options.includes('ServerSideDiff=false')
}

async function predictAll(
  context: Context,
  pairs: readonly Pair[],
  ignore: readonly IgnoreRule[],
): Promise<readonly ComparedPair[]> {
  const predict = async (target: KubeObject): Promise<KubeObject> => {
    try {
      return await context.client.apply(target, { fieldManager: FIELD_MANAGER, force: true, dryRun: true })
    } catch (error) {
      const name = `${target.kind}/${target.metadata.name ?? ''}`
      const what = `error running server side apply in dryrun mode for resource ${name}: ${messageOf(error)}`
      throw new Error(`failed to calculate diff: error calculating server side diff: serverSideDiff error: ${what}`, {
        cause: error,
      })
    }
  }
  return Promise.all(
    pairs.map(async (pair) => ({
      ...pair,
      difference: await context.differences.predicted(pair.target, pair.live, { ignore, predict }),
    })),
  )
}

interface Judged {
  readonly status: ResourceStatus
  /** True when the resource makes the Application OutOfSync. */
  readonly counts: boolean
}

function judge(
  context: Context,
  { application, project }: CompareRequest,
  { pair, hooks, failed }: { pair: ComparedPair; hooks: readonly KubeObject[]; failed: boolean },
): Judged {
  const { target, live, difference } = pair
  const object = live ?? target
  if (object === undefined) throw new TypeError('a pair needs an object')
  const { group, version, kind } = gvkOf(object)
  const { name = '', namespace = '' } = object.metadata
  const hook = isHook(object) || isDeleteHook(object)
  // What somebody copied, annotations and all, is shown, and neither compared nor pruned.
  const own = target !== undefined || live === undefined || isOwnTracking(live)
  const silent = hook || !own || (target !== undefined && isSkipped(target))
  const outOfSync = !silent && (difference.modified || target === undefined || live === undefined)
  const code = codeOf({ silent, outOfSync, unknown: failed || !isPermitted(context, project, object) })
  const confirm = [target, live].some((each) => each !== undefined && needsConfirmation(each, application))
  const wave = waveIn(pair, hooks)
  return {
    counts: outOfSync && !(target === undefined && ignoresExtraneous(object)),
    status: {
      ...(group === '' ? {} : { group }),
      ...(hook ? { hook: true } : {}),
      kind,
      name,
      ...(namespace === '' ? {} : { namespace }),
      ...(confirm ? { requiresDeletionConfirmation: true } : {}),
      ...(target === undefined && own ? { requiresPruning: true } : {}),
      ...(code === undefined ? {} : { status: code }),
      ...(wave === 0 ? {} : { syncWave: wave }),
      version,
    },
  }
}

// A live hook has the wave that its manifest says now.
function waveIn({ target, live }: Pair, hooks: readonly KubeObject[]): number {
  const wanted = target ?? hooks.find((hook) => live !== undefined && keyTextOf(hook) === keyTextOf(live))
  return wanted === undefined ? 0 : waveOf(wanted)
}

function codeOf(of: { silent: boolean; outOfSync: boolean; unknown: boolean }): SyncCode | undefined {
  if (of.unknown) return 'Unknown'
  if (of.silent) return undefined
  return of.outOfSync ? 'OutOfSync' : 'Synced'
}

function overallOf(judged: readonly Judged[], application: Application): SyncCode {
  if (judged.some(({ counts }) => counts)) return 'OutOfSync'
  return hasChangedNamespaceMetadata(application) ? 'OutOfSync' : 'Synced'
}

// Labels of the namespace that were not part of the last sync make the next one due.
function hasChangedNamespaceMetadata(application: Application): boolean {
  const wanted = application.spec.syncPolicy?.managedNamespaceMetadata
  const state = (
    application.status as { operationState?: { syncResult?: { managedNamespaceMetadata?: unknown } } } | undefined
  )?.operationState
  if (wanted === undefined || state?.syncResult === undefined) return false
  return JSON.stringify(wanted) !== JSON.stringify(state.syncResult.managedNamespaceMetadata)
}

// Go writes the empty struct of the field that is not used.
const NO_SOURCE = { repoURL: '' }

function syncStatusOf(request: CompareRequest, targets: Targets | undefined, status: SyncCode): SyncStatus {
  const { application, sources } = request
  const { destination, ignoreDifferences } = application.spec
  const several = hasSeveralSources(application)
  const [source] = sources
  const comparedTo = {
    destination,
    ...(ignoreDifferences === undefined ? {} : { ignoreDifferences }),
    ...(several ? { source: NO_SOURCE, sources } : {}),
    ...(!several && source !== undefined ? { source } : {}),
  }
  const revisions = targets?.revisions
  const [revision] = revisions ?? [request.revisions[0] ?? source?.targetRevision]
  if (several) return { comparedTo, ...(revisions === undefined ? {} : { revisions }), status }
  return { comparedTo, ...(revision === undefined ? {} : { revision }), status }
}

function byKey(a: ResourceStatus, b: ResourceStatus): number {
  const left = keyOf(a)
  const right = keyOf(b)
  if (left === right) return 0
  return left < right ? -1 : 1
}

const keyOf = (status: ResourceStatus): string =>
  `${status.group ?? ''}/${status.kind}/${status.namespace ?? ''}/${status.name}`
