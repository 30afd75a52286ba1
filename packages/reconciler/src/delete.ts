import type { Application } from '@slipway/argo'
import { isHook, syncOption } from '@slipway/gitops'
import { gvkOf, type KubeObject } from '@slipway/objects'
import type { Context } from './context.ts'
import { deleteObject, removeFinalizer } from './operation/actions.ts'
import { isConfirmed } from './operation/settings.ts'
import { instanceOf } from './normalise.ts'
import { waveOf } from '@slipway/gitops'
import { isOwnTracking } from './tracking.ts'

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
 * Deletes what an Application that is being deleted has made, when its finalizer asks for that: the last waves first, each once the one before is gone. Then
 * the finalizer goes. Objects with `Delete=false` or `Prune=false` stay.
 */
export async function finalizeApplication(context: Context, application: Application): Promise<Finalized> {
  const { finalizers = [], deletionTimestamp = '' } = application.metadata
  const finalizer = finalizers.find((each) => FOREGROUND.includes(each) || BACKGROUND.includes(each))
  if (finalizer === undefined) return { requeueAfter: undefined }
  const doomed = doomedOf(context, application)
  if (doomed.length === 0) {
    await removeFinalizer(context, application, finalizer)
    return { requeueAfter: undefined }
  }
  const going = doomed.some(({ metadata }) => metadata.deletionTimestamp !== undefined)
  const waiting = doomed.some(needsWord) && !isConfirmed(application, Date.parse(deletionTimestamp))
  if (!going && !waiting) {
    const propagation = BACKGROUND.includes(finalizer) ? 'Background' : 'Foreground'
    const wave = Math.max(...doomed.map(waveOf))
    const next = doomed.filter((object) => waveOf(object) === wave)
    await Promise.all(next.map((object) => deleteObject(context, object, propagation)))
    const left = doomedOf(context, application)
    if (left.length === 0) {
      await removeFinalizer(context, application, finalizer)
      return { requeueAfter: undefined }
    }
  }
  return { requeueAfter: POLL }
}

function doomedOf(context: Context, application: Application): readonly KubeObject[] {
  const namespace = application.spec.destination.namespace ?? ''
  return context.live
    .trackedBy(instanceOf(application, context.controllerNamespace))
    .filter((object) => isOwnTracking(object, namespace) && !isSelf(object, application))
    .filter((object) => syncOption(object, 'Delete') !== 'false' && syncOption(object, 'Prune') !== 'false')
    .filter(
      (object) =>
        !isHook(object) || object.metadata.deletionTimestamp === undefined || object.metadata.finalizers !== undefined,
    )
}

const isSelf = (object: KubeObject, application: Application): boolean =>
  object.kind === 'Application' &&
  gvkOf(object).group === 'argoproj.io' &&
  object.metadata.uid === application.metadata.uid

const needsWord = (object: KubeObject): boolean => syncOption(object, 'Delete') === 'confirm'
