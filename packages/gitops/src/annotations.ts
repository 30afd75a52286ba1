import type { KubeObject } from '@slipway/objects'

/** When a hook runs; a `Skip` hook never does. */
export type HookType = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail' | 'PreDelete' | 'PostDelete' | 'Skip'

/** The phases of a sync, in the order in which they run; `SyncFail` only after a failure. */
export type SyncPhase = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail'

/** When a hook's object is deleted. */
export type DeletePolicy = 'BeforeHookCreation' | 'HookSucceeded' | 'HookFailed'

/** The finalizer that keeps a hook until the sync has seen how it ended. */
export const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer'

const HOOK = 'argocd.argoproj.io/hook'
const HELM_HOOK = 'helm.sh/hook'
const HOOK_TYPES: readonly string[] = ['PreSync', 'Sync', 'PostSync', 'SyncFail', 'PreDelete', 'PostDelete', 'Skip']
const DELETE_POLICIES: readonly string[] = ['BeforeHookCreation', 'HookSucceeded', 'HookFailed']

const HELM_TYPES: Readonly<Record<string, HookType>> = {
  'pre-install': 'PreSync',
  'pre-upgrade': 'PreSync',
  'post-install': 'PostSync',
  'post-upgrade': 'PostSync',
  'pre-delete': 'PreDelete',
  'post-delete': 'PostDelete',
}

const HELM_POLICIES: Readonly<Record<string, DeletePolicy>> = {
  'before-hook-creation': 'BeforeHookCreation',
  'hook-succeeded': 'HookSucceeded',
  'hook-failed': 'HookFailed',
}

/** The entries of an annotation that holds a comma-separated list. */
export function annotationList(object: KubeObject, name: string): readonly string[] {
  const text = object.metadata.annotations?.[name] ?? ''
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

/** The value of `Name=value` among an object's `argocd.argoproj.io/sync-options`. */
export function syncOption(object: KubeObject | undefined, name: string): string | undefined {
  if (object === undefined) return undefined
  const options = annotationList(object, 'argocd.argoproj.io/sync-options')
  return options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1)
}

/** The hook types of an object: Argo CD's own, without any those of Helm that mean the same. */
export function hookTypesOf(object: KubeObject): readonly HookType[] {
  const own = annotationList(object, HOOK).filter((type): type is HookType => HOOK_TYPES.includes(type))
  if (own.length > 0) return [...new Set(own)]
  return [...new Set(annotationList(object, HELM_HOOK).flatMap((type) => HELM_TYPES[type] ?? []))]
}

/** True for an object that no sync applies: `hook: Skip` alone. */
export function isSkipped(object: KubeObject): boolean {
  const types = hookTypesOf(object)
  return types.length === 1 && types[0] === 'Skip'
}

/** True for an object that runs at a point of a sync instead of being kept in sync. Any Argo CD annotation counts, even an unknown type. */
export function isHook(object: KubeObject): boolean {
  if (object.metadata.annotations?.[HOOK] !== undefined) return !isSkipped(object)
  const helm = object.metadata.annotations?.[HELM_HOOK]
  // A definition that Helm 2 installed before the rest is no hook.
  return helm !== undefined && helm !== 'crd-install'
}

/** When the object of a hook is deleted; without a policy before the next one is created. */
export function deletePoliciesOf(object: KubeObject): readonly DeletePolicy[] {
  const own = annotationList(object, 'argocd.argoproj.io/hook-delete-policy').filter((policy): policy is DeletePolicy =>
    DELETE_POLICIES.includes(policy),
  )
  const helm = annotationList(object, 'helm.sh/hook-delete-policy').flatMap((policy) => HELM_POLICIES[policy] ?? [])
  const all = [...new Set([...own, ...helm])]
  return all.length === 0 ? ['BeforeHookCreation'] : all
}

/** The sync wave of an object, else its Helm hook weight, else 0. */
export function waveOf(object: KubeObject): number {
  return (
    integer(object.metadata.annotations?.['argocd.argoproj.io/sync-wave']) ??
    integer(object.metadata.annotations?.['helm.sh/hook-weight']) ??
    0
  )
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined
}

/** The phases in which an object is applied. */
export function phasesOf(object: KubeObject): readonly SyncPhase[] {
  if (isSkipped(object)) return []
  if (!isHook(object)) return ['Sync']
  return hookTypesOf(object).filter(
    (type): type is SyncPhase => type === 'PreSync' || type === 'Sync' || type === 'PostSync' || type === 'SyncFail',
  )
}

/** True when the object does not make its Application OutOfSync by being there without being wanted; it is OutOfSync itself, and its health counts. */
export function ignoresExtraneous(object: KubeObject): boolean {
  return annotationList(object, 'argocd.argoproj.io/compare-options').includes('IgnoreExtraneous')
}
