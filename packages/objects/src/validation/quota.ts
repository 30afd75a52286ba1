import { existing, items, type Json } from '../defaults/fields.ts'
import { deepEqual } from '../equal.ts'
import type { Place } from './place.ts'
import { isStandardQuota, quotaResourceName, resourceAmount } from './resource-names.ts'
import { IMMUTABLE, textOf, textsOf } from './shared.ts'

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidateResourceQuotaSpec. */
export function validateResourceQuota(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  const hard = existing(spec, 'hard') ?? {}
  for (const [name, limit] of Object.entries(hard)) {
    const at = place.at('hard').key(name)
    quotaResourceName(name, at)
    resourceAmount(name, String(limit), at)
  }
  scopes(textsOf(spec, 'scopes'), place.at('scopes'), Object.keys(hard))
  scopeSelector(spec, place)
  const before = existing(old, 'spec')
  if (before === undefined) return
  const sorted = (of: Json): readonly string[] => [...new Set(textsOf(of, 'scopes'))].sort()
  if (!deepEqual(sorted(spec), sorted(before))) place.at('scopes').invalid(spec['scopes'], IMMUTABLE)
}

const OF_PODS = ['pods']
const OF_COMPUTE = ['', 'limits.', 'requests.'].flatMap((prefix) => [`${prefix}cpu`, `${prefix}memory`])
const OF_CLAIMS = ['persistentvolumeclaims', 'requests.storage']
const SCOPES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    Terminating: [...OF_PODS, ...OF_COMPUTE],
    NotTerminating: [...OF_PODS, ...OF_COMPUTE],
    BestEffort: OF_PODS,
    NotBestEffort: [...OF_PODS, ...OF_COMPUTE],
    PriorityClass: [...OF_PODS, ...OF_COMPUTE],
    CrossNamespacePodAffinity: [...OF_PODS, ...OF_COMPUTE],
    VolumeAttributesClass: OF_CLAIMS,
  }),
)
const OPPOSITES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
]

function scopes(all: readonly string[], place: Place, hard: readonly string[]): void {
  for (const scope of all) {
    const counted = SCOPES.get(scope)
    if (counted === undefined) place.invalid(all, 'unsupported scope')
    for (const name of hard)
      if (counted !== undefined && isStandardQuota(name) && !counted.includes(name))
        place.invalid(all, 'unsupported scope applied to resource')
  }
  for (const pair of OPPOSITES) if (pair.every((scope) => all.includes(scope))) place.invalid(all, 'conflicting scopes')
}

const ONLY_EXISTS =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or " +
  'ResourceQuotaScopeCrossNamespacePodAffinity'

function scopeSelector(spec: Json, place: Place): void {
  const selector = existing(spec, 'scopeSelector')
  const at = place.at('scopeSelector', 'matchExpressions')
  const names: string[] = []
  for (const expression of items(selector, 'matchExpressions')) {
    const scope = textOf(expression, 'scopeName')
    const counted = SCOPES.get(scope)
    names.push(scope)
    if (counted === undefined) at.at('scopeName').invalid(scope, 'unsupported scope')
    for (const name of Object.keys(existing(spec, 'hard') ?? {}))
      if (counted !== undefined && isStandardQuota(name) && !counted.includes(name))
        at.invalid(selector, 'unsupported scope applied to resource')
    operator(expression, at, counted !== undefined && scope !== 'PriorityClass' && scope !== 'VolumeAttributesClass')
  }
  for (const pair of OPPOSITES)
    if (pair.every((scope) => names.includes(scope))) place.at('scopes').invalid(spec['scopes'], 'conflicting scopes')
}

function operator(expression: Json, place: Place, onlyExists: boolean): void {
  const value = textOf(expression, 'operator')
  const values = textsOf(expression, 'values')
  if (onlyExists && value !== 'Exists') place.at('operator').invalid(value, ONLY_EXISTS)
  if (value === 'In' || value === 'NotIn') {
    if (values.length === 0)
      place.at('values').required("must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")
  } else if (value === 'Exists' || value === 'DoesNotExist') {
    if (values.length > 0)
      place
        .at('values')
        .invalid(values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
  } else place.at('operator').invalid(value, 'not a valid selector operator')
}
