import type { Application } from '@slipway/argo'
import { syncOption } from '@slipway/gitops'
import { gvkOf, type KubeObject } from '@slipway/objects'
import type { Context } from './context.ts'
import { deleteObject, removeFinalizer } from './operation/actions.ts'
import { isConfirmed } from './operation/settings.ts'
import { instanceOf } from './normalise.ts'
import { waveOf } from '@slipway/gitops'
import { isOwnTracking } from './tracking.ts'
import { cleanUpDeleteHooks, finalizersOf, isDeleteHook, runDeleteHooks, type DeleteHook } from './delete-hooks.ts'

const FOREGROUND = [
  'resources-finalizer.argocd.argoproj.io',
  'foreground.resources-finalizer.argocd.argoproj.io',
  'resources-finalizer.argocd.argoproj.io/foreground',
]
const BACKGROUND = [
  'background.resources-finalizer.argocd.argoproj.io',
  'resources-finalizer.argocd.argoproj.io/background',
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
  const cascade = (finalizer: string): Step => ({
    finalizer,
    isDone: () => deleteResources(context, application, finalizer),
  })
  return [
    run('PreDelete'),
    ...[...FOREGROUND, ...BACKGROUND].map(cascade),
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
  const waiting = doomed.some(needsWord) && !isConfirmed(application, Date.parse(deletionTimestamp))
  if (going || waiting) return false
  const propagation = BACKGROUND.includes(finalizer) ? 'Background' : 'Foreground'
  const wave = Math.max(...doomed.map(waveOf))
  const next = doomed.filter((object) => waveOf(object) === wave)
  await Promise.all(next.map((object) => deleteObject(context, object, propagation)))
  return doomedOf(context, application).length === 0
}

function doomedOf(context: Context, application: Application): readonly KubeObject[] {
  const namespace = application.spec.destination.namespace ?? ''
  return context.live
    .trackedBy(instanceOf(application, context.controllerNamespace))
    .filter((object) => isOwnTracking(object, namespace) && !isSelf(object, application) && !isKept(object))
}

const isKept = (object: KubeObject): boolean =>
  object.kind === 'CustomResourceDefinition' ||
  isDeleteHook(object) ||
  syncOption(object, 'Delete') === 'false' ||
  object.metadata.annotations?.['helm.sh/resource-policy'] === 'keep'

const isSelf = (object: KubeObject, application: Application): boolean =>
  object.kind === 'Application' &&
  gvkOf(object).group === 'argoproj.io' &&
  object.metadata.uid === application.metadata.uid

const needsWord = (object: KubeObject): boolean => syncOption(object, 'Delete') === 'confirm'
