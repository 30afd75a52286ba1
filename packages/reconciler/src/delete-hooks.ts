import type { Application } from '@slipway/argo'
import { deletePoliciesOf, healthOf, hookTypesOf, isWorse, keyTextOf, type HealthCode } from '@slipway/gitops'
import type { KubeObject } from '@slipway/objects'
import type { Context } from './context.ts'
import { instanceOf } from './normalise.ts'
import { deleteObject } from './operation/actions.ts'
import { applyObject } from './operation/apply.ts'
import { ReconcilerError } from './errors.ts'

/** The points of a deletion at which hooks run. */
export type DeleteHook = 'PreDelete' | 'PostDelete'

const FINALIZERS: Readonly<Record<DeleteHook, string>> = {
  PreDelete: 'pre-delete-finalizer.argocd.argoproj.io',
  PostDelete: 'post-delete-finalizer.argocd.argoproj.io',
}

/** The finalizer that holds an Application until its hooks have run, and the one that holds it until they are cleaned up. */
export function finalizersOf(type: DeleteHook): { readonly run: string; readonly cleanUp: string } {
  return { run: FINALIZERS[type], cleanUp: `${FINALIZERS[type]}/cleanup` }
}

/** True for an object that runs when its Application is deleted. */
export function isDeleteHook(object: KubeObject, type?: DeleteHook): boolean {
  const types = hookTypesOf(object)
  return type === undefined ? types.includes('PreDelete') || types.includes('PostDelete') : types.includes(type)
}

/** The finalizers that an Application should have by the hooks that it declares; undefined when it has just those. */
export function wantedFinalizers(
  application: Application,
  hooks: readonly KubeObject[],
): readonly string[] | undefined {
  const known = application.metadata.finalizers ?? []
  let wanted: readonly string[] = known
  for (const type of ['PreDelete', 'PostDelete'] as const) {
    const own = Object.values(finalizersOf(type))
    const needed = hooks.some((hook) => isDeleteHook(hook, type))
    const missing = own.filter((finalizer) => !wanted.includes(finalizer))
    wanted = needed ? [...wanted, ...missing] : wanted.filter((finalizer) => !own.includes(finalizer))
  }
  return wanted.length === known.length ? undefined : wanted
}

/** Makes the hooks that are missing and waits for their end; true when all have succeeded. A failed one is deleted, to be tried again, and is an error. */
export async function runDeleteHooks(
  context: Context,
  application: Application,
  of: { type: DeleteHook; hooks: readonly KubeObject[] },
): Promise<boolean> {
  const live = liveHooks(context, application, of.type)
  const present = new Set(live.map(keyTextOf))
  const missing = of.hooks.filter((hook) => isDeleteHook(hook, of.type) && !present.has(keyTextOf(hook)))
  for (const object of missing) {
    const how = { dryRun: false, validate: true, serverSide: false, force: false, replace: false }
    const made = await applyObject(context, { verb: 'apply', object, live: undefined, ...how })
    if (!made.ok) throw failure(of.type, made.message)
  }
  if (missing.length > 0) return false
  const failed = live.filter((hook) => healthOf(hook)?.status === 'Degraded')
  await Promise.all(failed.map((hook) => deleteObject(context, hook, 'Background')))
  if (failed.length > 0) {
    const names = failed.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`)
    throw failure(of.type, `hook(s) failed: ${names.join(', ')}`)
  }
  return live.every((hook) => healthOf(hook)?.status !== 'Progressing')
}

function failure(type: DeleteHook, message: string): ReconcilerError {
  return new ReconcilerError('RECONCILER_SOURCE', `${type} ${message}`, {
    hint: 'mend the hook, or remove the finalizer from the Application to give it up',
  })
}

/** Deletes hooks by their policies; true when nothing is left to delete. */
export async function cleanUpDeleteHooks(
  context: Context,
  application: Application,
  type: DeleteHook,
): Promise<boolean> {
  const live = liveHooks(context, application, type)
  const worst = live.reduce<HealthCode>((known, hook) => {
    const status = healthOf(hook)?.status ?? 'Healthy'
    return isWorse(known, status) ? status : known
  }, 'Healthy')
  const doomed = live.filter((hook) => {
    const policies = deletePoliciesOf(hook)
    return (
      (policies.includes('HookFailed') && worst === 'Degraded') ||
      (policies.includes('HookSucceeded') && worst === 'Healthy')
    )
  })
  const next = doomed.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  await Promise.all(next.map((hook) => deleteObject(context, hook, 'Background')))
  return doomed.length === 0
}

function liveHooks(context: Context, application: Application, type: DeleteHook): readonly KubeObject[] {
  const all = context.live.trackedBy(instanceOf(application, context.controllerNamespace))
  return all.filter((object) => isDeleteHook(object, type))
}
