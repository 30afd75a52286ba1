import { gvkOf, type KubeObject } from '@slipway/objects'
import { isHook, isSkipped } from '../annotations.ts'
import { healthOf, type Judge } from './health.ts'
import { health, isWorse, type Health } from './status.ts'

/** A desired object, a live one, or both. */
export interface Pair {
  readonly target: KubeObject | undefined
  readonly live: KubeObject | undefined
}

/** The health of an Application and of each of its resources. */
export interface ApplicationHealth {
  readonly total: Health
  /** In order of the pairs; undefined where a resource does not count. */
  readonly resources: readonly (Health | undefined)[]
}

const SHOWN = 3

/** Adds up the health of an Application's resources: the worst counts, with the names of those that are to blame; `judge` tells that of one. */
export function applicationHealth(
  pairs: readonly Pair[],
  self?: { name: string; namespace: string },
  judge: Judge = healthOf,
): ApplicationHealth {
  let total = health('Healthy')
  let causes: KubeObject[] = []
  let expected = false
  let present = false
  const resources = pairs.map((pair) => {
    const counted = verdictOf(pair, judge)
    if (counted === undefined) return undefined
    expected = true
    present ||= pair.live !== undefined
    const { live } = pair
    const verdict = live !== undefined && isSelf(live, self) ? undefined : counted.verdict
    if (verdict === undefined || live === undefined || isQuietChild(live, verdict)) return verdict
    if (isWorse(total.status, verdict.status)) {
      total = health(verdict.status)
      causes = [live]
    } else if (total.status === verdict.status && verdict.status !== 'Healthy') causes.push(live)
    return verdict
  })
  if (expected && !present && isWorse(total.status, 'Missing')) return { total: health('Missing'), resources }
  return { total: health(total.status, causesOf(causes)), resources }
}

// Undefined for what does not count at all: hooks and skipped objects.
function verdictOf({ target, live }: Pair, judge: Judge): { verdict: Health | undefined } | undefined {
  if (target !== undefined && isSkipped(target)) return undefined
  if (live === undefined) return target === undefined || isHook(target) ? undefined : { verdict: health('Missing') }
  if (isHook(live)) return undefined
  if (live.metadata.annotations?.['argocd.argoproj.io/ignore-healthcheck'] === 'true') return { verdict: undefined }
  return { verdict: judge(live) }
}

function isSelf(live: KubeObject, self: { name: string; namespace: string } | undefined): boolean {
  const { name, namespace } = live.metadata
  return isApplication(live) && name === self?.name && namespace === self?.namespace
}

const isApplication = (object: KubeObject): boolean =>
  object.kind === 'Application' && gvkOf(object).group === 'argoproj.io'

const isQuietChild = (live: KubeObject, { status }: Health): boolean =>
  isApplication(live) && (status === 'Missing' || status === 'Unknown')

function causesOf(causes: readonly KubeObject[]): string {
  if (causes.length === 0) return ''
  const named = causes.slice(0, SHOWN).map((cause) => {
    const { group, kind } = gvkOf(cause)
    const { name = '', namespace = '' } = cause.metadata
    return `${group === '' ? kind : `${group}/${kind}`}:${namespace === '' ? name : `${namespace}/${name}`}`
  })
  const more = causes.length > SHOWN ? ` and ${causes.length - SHOWN} more` : ''
  return `Caused by ${named.join(', ')}${more}`
}
