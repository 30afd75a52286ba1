import type { Application } from '@slipway/argo'
import { syncOption } from '@slipway/gitops'
import type { KubeObject } from '@slipway/objects'

/** The value of a sync option such as `Delete`: what the object says itself, else what its Application says for all. */
export function optionFor(object: KubeObject, application: Application, name: string): string | undefined {
  const prefix = `${name}=`
  const all = application.spec.syncPolicy?.syncOptions?.find((option) => option.startsWith(prefix))
  return syncOption(object, name) ?? all?.slice(prefix.length)
}

/** True for an object that goes only when a person has approved it: by `Delete=confirm` or `Prune=confirm`, whichever way it goes. */
export function needsConfirmation(object: KubeObject, application: Application): boolean {
  return ['Delete', 'Prune'].some((name) => optionFor(object, application, name) === 'confirm')
}
