import { atoi } from '@slipway/gotemplate'
import type { Manifest } from './manifests.ts'

/** When a hook runs. */
export type HookEvent =
  | 'pre-install'
  | 'post-install'
  | 'pre-delete'
  | 'post-delete'
  | 'pre-upgrade'
  | 'post-upgrade'
  | 'pre-rollback'
  | 'post-rollback'
  | 'test'

const EVENTS: ReadonlyMap<string, HookEvent> = new Map([
  ['pre-install', 'pre-install'],
  ['post-install', 'post-install'],
  ['pre-delete', 'pre-delete'],
  ['post-delete', 'post-delete'],
  ['pre-upgrade', 'pre-upgrade'],
  ['post-upgrade', 'post-upgrade'],
  ['pre-rollback', 'pre-rollback'],
  ['post-rollback', 'post-rollback'],
  ['test', 'test'],
  ['test-success', 'test'],
])

/** An object with the annotation `helm.sh/hook`. */
export interface Hook extends Manifest {
  readonly name: string
  readonly kind: string
  readonly events: readonly HookEvent[]
  /** Hooks of an event run by weight, lowest first. */
  readonly weight: number
  /** `helm.sh/hook-delete-policy`: `before-hook-creation`, `hook-succeeded`, `hook-failed`, as written. */
  readonly deletePolicies: readonly string[]
  /** `helm.sh/hook-output-log-policy`. */
  readonly outputLogPolicies: readonly string[]
}

const HOOK = 'helm.sh/hook'

/** The hook that an object is; undefined for none, `unknown` where it names an event that Helm does not know and is left out. */
export function hookOf(manifest: Manifest): Hook | 'unknown' | undefined {
  const { annotations, name, kind } = manifest.head
  const types = annotations.get(HOOK)
  if (types === undefined) return undefined
  const events = listOf(types).map((type) => EVENTS.get(type))
  if (events.includes(undefined)) return 'unknown'
  return {
    ...manifest,
    name,
    kind,
    events: events.filter((event) => event !== undefined),
    weight: weightOf(annotations.get(`${HOOK}-weight`) ?? ''),
    deletePolicies: listOf(annotations.get(`${HOOK}-delete-policy`)),
    outputLogPolicies: listOf(annotations.get(`${HOOK}-output-log-policy`)),
  }
}

function listOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((part) => part.trim().toLowerCase())
}

function weightOf(text: string): number {
  const parsed = atoi(text)
  return parsed.fault === undefined ? Number(parsed.value) : 0
}
