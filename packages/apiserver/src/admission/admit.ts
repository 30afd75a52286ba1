import type { KubeObject } from '@slipway/objects'
import type { ResourceDefinition, StrategyContext } from '../registry/definition.ts'
import type { CallContext } from '../server.ts'
import { mountApiAccess } from './api-access.ts'
import { assertNoEscalation } from './escalation.ts'
import { applyLimitRanges, assertLimitRanges } from './limit-ranger.ts'
import { assertNamespace } from './namespace-lifecycle.ts'
import { applyPolicies } from './policy/mutating.ts'
import { assertPolicies } from './policy/validating.ts'
import { assertOneDefault, resolvePriority } from './priority.ts'
import { assertQuota } from './resource-quota.ts'
import { applyRuntimeClass } from './runtime-class.ts'
import { assignServiceAccount } from './service-account.ts'
import { tolerateBriefTrouble } from './tolerations.ts'

/** What admission sees of a write. */
export interface Admission {
  readonly context: CallContext
  readonly strategy: StrategyContext
  readonly resource: ResourceDefinition
  readonly object: KubeObject
  readonly old: KubeObject | undefined
  readonly operation: 'create' | 'update' | 'delete'
  readonly subresource: string
  readonly dryRun?: boolean
}

/** The first half of admission: what changes an object, before it is validated. Tells whether a policy may have. @throws StatusError Forbidden, NotFound, Invalid */
export function admit(admission: Admission): boolean {
  assertNamespace(admission)
  if (isCreate(admission)) {
    applyLimitRanges(admission)
    assignServiceAccount(admission)
    mountApiAccess(admission)
    tolerateBriefTrouble(admission)
  }
  if (isWrite(admission)) resolvePriority(admission)
  if (isCreate(admission)) applyRuntimeClass(admission)
  const isChanged = applyPolicies(admission)
  if (isWrite(admission)) assertNoEscalation(admission)
  return isChanged
}

/** The second half: what only refuses valid objects, quota last. @throws StatusError Forbidden, or what a policy says */
export function admitValid(admission: Admission): void {
  if (isWrite(admission)) {
    assertLimitRanges(admission)
    assertOneDefault(admission)
  }
  assertPolicies(admission)
  if (isCreate(admission)) assertQuota(admission)
}

function isWrite({ subresource, operation }: Admission): boolean {
  return subresource === '' && operation !== 'delete'
}

function isCreate({ subresource, operation }: Admission): boolean {
  return subresource === '' && operation === 'create'
}
