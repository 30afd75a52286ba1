import type { KubeObject } from '@slipway/objects'
import type { ResourceDefinition, StrategyContext } from '../registry/definition.ts'
import type { CallContext } from '../server.ts'
import { mountApiAccess } from './api-access.ts'
import { applyLimitRanges, assertLimitRanges } from './limit-ranger.ts'
import { assertNamespace } from './namespace-lifecycle.ts'
import { resolvePriority } from './priority.ts'
import { assertQuota } from './resource-quota.ts'
import { assignServiceAccount } from './service-account.ts'
import { tolerateBriefTrouble } from './tolerations.ts'

/** What admission sees of a write. */
export interface Admission {
  readonly context: CallContext
  readonly strategy: StrategyContext
  readonly resource: ResourceDefinition
  readonly object: KubeObject
  readonly old: KubeObject | undefined
  readonly operation: 'create' | 'update'
  readonly subresource: string
}

/** The first half of the built-in admission: what changes an object, before it is validated. @throws StatusError Forbidden, NotFound */
export function admit(admission: Admission): void {
  assertNamespace(admission)
  if (!isCreate(admission)) return
  applyLimitRanges(admission)
  assignServiceAccount(admission)
  mountApiAccess(admission)
  tolerateBriefTrouble(admission)
  resolvePriority(admission)
}

/** The second half: what only refuses valid objects, quota last. @throws StatusError Forbidden */
export function admitValid(admission: Admission): void {
  if (!isCreate(admission)) return
  assertLimitRanges(admission)
  assertQuota(admission)
}

function isCreate({ subresource, operation }: Admission): boolean {
  return subresource === '' && operation === 'create'
}
