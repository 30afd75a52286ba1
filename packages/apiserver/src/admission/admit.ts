import type { KubeObject } from '@slipway/objects'
import type { ResourceDefinition, StrategyContext } from '../registry/definition.ts'
import type { CallContext } from '../server.ts'
import { applyLimitRanges } from './limit-ranger.ts'
import { assertNamespace } from './namespace-lifecycle.ts'
import { resolvePriority } from './priority.ts'
import { assertQuota } from './resource-quota.ts'
import { assignServiceAccount } from './service-account.ts'

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

/** The built-in admission, in the API server's order: what changes an object first, quota last. @throws StatusError Forbidden, NotFound */
export function admit(admission: Admission): void {
  assertNamespace(admission)
  if (admission.subresource !== '' || admission.operation !== 'create') return
  applyLimitRanges(admission)
  assignServiceAccount(admission)
  resolvePriority(admission)
  assertQuota(admission)
}
