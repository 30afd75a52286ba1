import { ARGO_API_VERSION, hasSeveralSources, syncAllowed, type Application } from '@slipway/argo'
import { compareBytes } from '@slipway/diag'
import { imagesOf, type Health } from '@slipway/gitops'
import { hasReason } from '@slipway/client'
import { formatTime } from '@slipway/objects'
import { autoSync } from './auto-sync.ts'
import { compareApplication, type Comparison } from './compare.ts'
import type { Context } from './context.ts'
import { wantedFinalizers } from './delete-hooks.ts'
import { checkProject } from './project.ts'
import { withConditions } from './status/conditions.ts'
import { patchApplication, persistStatus } from './status/patch.ts'
import { statusOf, type ApplicationStatus, type Condition, type ConditionType } from './status/types.ts'
import { latest, type TargetLoader } from './targets.ts'

const REFRESH = 'argocd.argoproj.io/refresh'

/** What a refresh leads to: the Application as it is then, the comparison, if there was one, and when automated sync wants to look again. */
export interface Refreshed {
  readonly application: Application | undefined
  readonly comparison: Comparison | undefined
  readonly requeueAfter: number | undefined
}

/** Compares an Application, asks for an automated sync where one is due, and writes the status. */
export async function refreshApplication(
  context: Context,
  loader: TargetLoader,
  application: Application,
): Promise<Refreshed> {
  const now = formatTime(context.clock.now())
  const status = statusOf(application)
  const { project, conditions: faults } = checkProject(context, application)
  const specTypes = { types: ['InvalidSpecError', 'UnknownError'], now } as const
  const checked = withConditions(status.conditions ?? [], faults, specTypes)
  if (project === undefined || faults.length > 0) {
    const { message: _, ...health } = { ...status.health, status: 'Unknown' as const }
    const sync = { ...status.sync, status: 'Unknown' as const }
    const written = await persistStatus(context, application, { ...status, conditions: checked, health, sync })
    return { application: await answerRefresh(context, written), comparison: undefined, requeueAfter: undefined }
  }
  const request = { ...latest(application, isRequested(application)), application, project }
  const comparison = await compareApplication(context, loader, request)
  const compared = withConditions(checked, comparison.conditions, {
    types: COMPARED,
    now,
  })
  // A closed window leaves no word anywhere, as in Argo CD: what automated sync said before stays.
  const isAllowed = syncAllowed(project, application, { now: context.clock.now(), isManual: false }).allowed
  const { condition, operation, requeueAfter } = isAllowed ? autoSync(context, application, comparison) : {}
  const asked = condition === undefined ? [] : [condition]
  const synced = isAllowed ? withConditions(compared, asked, { types: ['SyncError'], now }) : compared
  const next = nextStatus(context, application, { comparison, conditions: synced, now })
  try {
    const held = await holdForHooks(context, application, comparison)
    const written = await persistStatus(context, held, next, { operation })
    return { application: await answerRefresh(context, written), comparison, requeueAfter }
  } catch (error) {
    // Somebody changed the Application meanwhile: the next look starts from that.
    if (!hasReason(error, 'Conflict')) throw error
    return { application: undefined, comparison, requeueAfter: CONFLICT_PAUSE }
  }
}

const CONFLICT_PAUSE = 5
const COMPARED: readonly ConditionType[] = [
  'ComparisonError',
  'SharedResourceWarning',
  'RepeatedResourceWarning',
  'ExcludedResourceWarning',
  'NotObeyedWarning',
]

// Before the status says Synced, so that nobody can delete the Application without its hooks.
async function holdForHooks(context: Context, application: Application, comparison: Comparison): Promise<Application> {
  if (application.metadata.deletionTimestamp !== undefined || comparison.failed) return application
  const finalizers = wantedFinalizers(application, comparison.hooks)
  if (finalizers === undefined) return application
  const { resourceVersion } = application.metadata
  const metadata = { resourceVersion, finalizers: finalizers.length === 0 ? null : finalizers }
  return (await patchApplication(context, application, { metadata })) ?? application
}

const isRequested = (application: Application): boolean => application.metadata.annotations?.[REFRESH] !== undefined

// The annotation goes once the status answers it, which is how clients wait for a refresh.
async function answerRefresh(context: Context, application: Application | undefined): Promise<Application | undefined> {
  if (application === undefined || !isRequested(application)) return application
  return patchApplication(context, application, { metadata: { annotations: { [REFRESH]: null } } })
}

function nextStatus(
  context: Context,
  application: Application,
  of: { comparison: Comparison; conditions: readonly Condition[]; now: string },
): ApplicationStatus {
  const { comparison, conditions, now } = of
  const types = comparison.targets?.types ?? []
  const { conditions: _, sourceType: __, sourceTypes: ___, ...status } = statusOf(application)
  const [type] = types
  return {
    ...status,
    ...(conditions.length === 0 ? {} : { conditions }),
    controllerNamespace: context.controllerNamespace,
    health: healthStatus(comparison.health),
    reconciledAt: now,
    resourceHealthSource: 'appTree',
    resources: comparison.resources,
    ...(hasSeveralSources(application) ? { sourceTypes: types } : {}),
    ...(!hasSeveralSources(application) && type !== undefined ? { sourceType: type } : {}),
    summary: summaryOf(context, comparison),
    sync: comparison.sync,
  }
}

const healthStatus = (health: Health): NonNullable<ApplicationStatus['health']> =>
  health.message === undefined ? { status: health.status } : { message: health.message, status: health.status }

// The images that run, by the pods of everything that the Application has made.
function summaryOf(context: Context, comparison: Comparison): NonNullable<ApplicationStatus['summary']> {
  const live = comparison.pairs.flatMap((pair) => (pair.live === undefined ? [] : context.live.withChildren(pair.live)))
  const pods = live.filter(({ kind }) => kind === 'Pod')
  const images = [...new Set(pods.flatMap((pod) => imagesOf(pod)))].sort(compareBytes)
  const isAppOfApps = live.some(({ apiVersion, kind }) => kind === 'Application' && apiVersion === ARGO_API_VERSION)
  return { ...(images.length === 0 ? {} : { images }), ...(isAppOfApps ? { isAppOfApps } : {}) }
}
