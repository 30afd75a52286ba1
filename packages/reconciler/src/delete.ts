import type { Application } from '@slipway/argo'
import { annotationList, waveOf } from '@slipway/gitops'
import { formatTime, gvkOf, type KubeObject } from '@slipway/objects'
import { needsConfirmation, optionFor } from './confirmation.ts'
import type { Context } from './context.ts'
import { ReconcilerError } from './errors.ts'
import { deleteObject, removeFinalizer } from './operation/actions.ts'
import { isConfirmed } from './operation/settings.ts'
import { instanceOf } from './normalise.ts'
import { checkProject, livePermitted } from './project.ts'
import { withConditions } from './status/conditions.ts'
import { patchApplication } from './status/patch.ts'
import { statusOf } from './status/types.ts'
import { cleanUpDeleteHooks, finalizersOf, runDeleteHooks, type DeleteHook } from './delete-hooks.ts'

const BACKGROUND = 'resources-finalizer.argocd.argoproj.io/background'
const CASCADE = [
  'resources-finalizer.argocd.argoproj.io',
  'resources-finalizer.argocd.argoproj.io/foreground',
  BACKGROUND,
]
const POLL = 1_000

/** Milliseconds until the deletion is to be looked at again; undefined when it is done. */
export interface Finalized {
  readonly requeueAfter: number | undefined
}

/**
 * Lets go of an Application that is being deleted, one finalizer after the other: PreDelete hooks, then, when its own finalizer asks for that, what it has
 * made (the last waves first, each once the one before is gone), then PostDelete hooks, then the hooks by their policies. Definitions of custom resources stay,
 * as do objects with `Delete=false` or Helm's `resource-policy: keep`.
 */
export async function finalizeApplication(
  context: Context,
  application: Application,
  hooks: readonly KubeObject[],
): Promise<Finalized> {
  const { finalizers = [] } = application.metadata
  const step = stepsOf(context, application, hooks).find(({ finalizer }) => finalizers.includes(finalizer))
  if (step === undefined) return { requeueAfter: undefined }
  if (!(await step.isDone())) return { requeueAfter: POLL }
  await removeFinalizer(context, application, step.finalizer)
  return { requeueAfter: finalizers.length > 1 ? 0 : undefined }
}

/** Says at an Application why it cannot go, by the condition `DeletionError` and an event. Gives the Application as it is then. */
export async function tellDeletionFailed(
  context: Context,
  application: Application,
  message: string,
): Promise<Application | undefined> {
  const known = statusOf(application).conditions ?? []
  if (known.some((condition) => condition.type === 'DeletionError' && condition.message === message)) return application
  const how = { types: ['DeletionError'], now: formatTime(context.clock.now()) } as const
  const conditions = withConditions(known, [{ type: 'DeletionError', message }], how)
  const told = `Unable to delete application resources: ${message}`
  context.record(application, { type: 'Warning', reason: 'StatusRefreshed', message: told })
  return patchApplication(context, application, { status: { conditions } })
}

interface Step {
  readonly finalizer: string
  readonly isDone: () => Promise<boolean>
}

function stepsOf(context: Context, application: Application, hooks: readonly KubeObject[]): readonly Step[] {
  const run = (type: DeleteHook): Step => ({
    finalizer: finalizersOf(type).run,
    isDone: () => runDeleteHooks(context, application, { type, hooks }),
  })
  const cleanUp = (type: DeleteHook): Step => ({
    finalizer: finalizersOf(type).cleanUp,
    isDone: () => cleanUpDeleteHooks(context, application, type),
  })
  // The first one that the Application carries says how its objects are deleted.
  const cascade = (application.metadata.finalizers ?? []).filter((finalizer) => CASCADE.includes(finalizer))
  return [
    run('PreDelete'),
    ...cascade.map((finalizer) => ({ finalizer, isDone: () => deleteResources(context, application, finalizer) })),
    run('PostDelete'),
    cleanUp('PreDelete'),
    cleanUp('PostDelete'),
  ]
}

async function deleteResources(context: Context, application: Application, finalizer: string): Promise<boolean> {
  const { deletionTimestamp = '' } = application.metadata
  const doomed = doomedOf(context, application)
  if (doomed.length === 0) return true
  const going = doomed.some(({ metadata }) => metadata.deletionTimestamp !== undefined)
  const asks = doomed.some((object) => needsConfirmation(object, application))
  if (going || (asks && !isConfirmed(application, Date.parse(deletionTimestamp)))) return false
  const propagation = finalizer === BACKGROUND ? 'Background' : 'Foreground'
  const wave = Math.max(...doomed.map(waveOf))
  const next = doomed.filter((object) => waveOf(object) === wave)
  await Promise.all(next.map((object) => deleteObject(context, object, propagation)))
  return doomedOf(context, application).length === 0
}

function doomedOf(context: Context, application: Application): readonly KubeObject[] {
  const { project, conditions } = checkProject(context, application)
  if (project === undefined)
    throw new ReconcilerError('RECONCILER_SOURCE', conditions.map(({ message }) => message).join('; '), {
      hint: 'give the project back, or take the finalizer off the Application: its objects then stay',
    })
  return context.live
    .trackedBy(instanceOf(application, context.controllerNamespace))
    .filter((object) => livePermitted(project, object))
    .filter((object) => !isSelf(object, application) && !isKept(object, application))
}

// As in Argo CD, an object that only carries a copy of the annotation goes, too.
const isKept = (object: KubeObject, application: Application): boolean =>
  object.kind === 'CustomResourceDefinition' ||
  optionFor(object, application, 'Delete') === 'false' ||
  annotationList(object, 'helm.sh/resource-policy').includes('keep')

const isSelf = (object: KubeObject, application: Application): boolean =>
  object.kind === 'Application' &&
  gvkOf(object).group === 'argoproj.io' &&
  object.metadata.uid === application.metadata.uid
