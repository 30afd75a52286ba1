import { messageOf } from '@slipway/diag'
import { Causes, isRecord, type KubeObject } from '@slipway/objects'
import { CelUnsupported } from '../../cel/tokens.ts'
import type { Strategy } from '../../registry/definition.ts'
import { invalid } from '../../status.ts'
import { programFor } from './evaluate.ts'
import type { PolicySpec } from './types.ts'

/** Policies: an expression that cannot be compiled is refused when it is written, not when it is needed. */
export const policyStrategy: Partial<Strategy> = {
  prepareForCreate: assertExpressions,
  prepareForUpdate: assertExpressions,
}

/** @throws StatusError Invalid */
function assertExpressions(object: KubeObject): void {
  const spec = (isRecord(object['spec']) ? object['spec'] : {}) as PolicySpec
  const causes = new Causes()
  for (const [field, expression] of expressionsOf(spec)) {
    try {
      programFor(expression)
    } catch (error) {
      if (!(error instanceof CelUnsupported)) throw error
      causes.invalid(field, expression, `compilation failed: ${messageOf(error)}`)
    }
  }
  const list = causes.distinct()
  if (list.length === 0) return
  const of = { group: 'admissionregistration.k8s.io', resource: '', kind: object.kind ?? '' }
  throw invalid(of, object.metadata.name ?? '', list)
}

function* expressionsOf(spec: PolicySpec): Generator<readonly [field: string, expression: string]> {
  for (const [index, { expression }] of (spec.variables ?? []).entries())
    yield [`spec.variables[${index}].expression`, expression]
  for (const [index, { expression }] of (spec.matchConditions ?? []).entries())
    yield [`spec.matchConditions[${index}].expression`, expression]
  for (const [index, validation] of (spec.validations ?? []).entries()) {
    yield [`spec.validations[${index}].expression`, validation.expression]
    if (validation.messageExpression !== undefined)
      yield [`spec.validations[${index}].messageExpression`, validation.messageExpression]
  }
  for (const [index, { applyConfiguration, jsonPatch }] of (spec.mutations ?? []).entries()) {
    const at = `spec.mutations[${index}]`
    if (applyConfiguration !== undefined) yield [`${at}.applyConfiguration.expression`, applyConfiguration.expression]
    if (jsonPatch !== undefined) yield [`${at}.jsonPatch.expression`, jsonPatch.expression]
  }
}
