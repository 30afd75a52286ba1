import { messageOf } from '@slipway/diag'
import type { Scope } from '../../cel/values.ts'
import { forbidden, StatusError } from '../../status.ts'
import { named } from '../../storage.ts'
import type { Admission } from '../admit.ts'
import { evaluate, meetsConditions, scopeOf } from './evaluate.ts'
import { invocationsFor } from './invocations.ts'
import { type Invocation, PolicyFault, type Validation } from './types.ts'

interface Decision {
  readonly message: string
  readonly reason: string
}

const CODES: Readonly<Record<string, number>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
  Invalid: 422,
}
const LONGEST_MESSAGE = 5 * 1024

/**
 * Asks every ValidatingAdmissionPolicy that is bound to a request: the first denial refuses it, warnings go with the answer. Words of
 * k8s.io/apiserver/pkg/admission/plugin/policy/validating. What is to be audited is not: nobody keeps an audit log.
 *
 * @throws StatusError
 */
export function assertPolicies(admission: Admission): void {
  const denials: string[] = []
  let reason = ''
  const deny = ({ policyName, bindingName }: Omit<Invocation, 'param'>, decision: Decision): void => {
    denials.push(
      `ValidatingAdmissionPolicy '${policyName}' with binding '${bindingName}' denied request: ${decision.message}`,
    )
    reason = reason === '' ? decision.reason : reason
  }
  const invocations = invocationsFor(admission, 'validatingadmissionpolicies', (of, fault) => {
    if (of.policy.failurePolicy !== 'Ignore')
      deny(of, { message: `failed to configure binding: ${messageOf(fault)}`, reason: 'Invalid' })
  })
  for (const invocation of invocations) {
    const { validationActions = [] } = invocation.binding
    for (const decision of decisionsOf(admission, invocation)) {
      if (validationActions.includes('Deny')) deny(invocation, decision)
      if (validationActions.includes('Warn')) admission.context.warn(warning(invocation, decision))
    }
  }
  const [first] = denials
  if (first === undefined) return
  const { resource, object } = admission
  const { status } = forbidden(named(resource), object.metadata.name ?? '', first)
  const details = { ...status.details, causes: [{ message: first }] }
  throw new StatusError({ ...status, reason, code: CODES[reason] ?? 422, details })
}

function warning({ policyName, bindingName }: Invocation, { message }: Decision): string {
  return `Validation failed for ValidatingAdmissionPolicy '${policyName}' with binding '${bindingName}': ${message}`
}

function decisionsOf(admission: Admission, invocation: Invocation): Decision[] {
  const { validations = [], failurePolicy } = invocation.policy
  const scope = scopeOf(admission, invocation)
  const failed = (error: unknown): Decision[] => {
    if (!(error instanceof PolicyFault)) throw error
    return failurePolicy === 'Ignore' ? [] : [{ message: messageOf(error), reason: 'Invalid' }]
  }
  try {
    if (!meetsConditions(invocation, scope)) return []
  } catch (error) {
    return failed(error)
  }
  return validations.flatMap((validation) => {
    try {
      if (evaluate(validation.expression, scope) === true) return []
      return [{ message: messageFor(validation, scope), reason: validation.reason ?? 'Invalid' }]
    } catch (error) {
      return failed(error)
    }
  })
}

// What an expression says of the failure, if it is one line; else what the policy says, else the expression that failed.
function messageFor({ expression, message = '', messageExpression = '' }: Validation, scope: Scope): string {
  const said = messageExpression === '' ? undefined : attempt(messageExpression, scope)
  const text = typeof said === 'string' ? said.trim() : ''
  if (text !== '' && text.length <= LONGEST_MESSAGE && !text.includes('\n')) return text
  return message.trim() === '' ? `failed expression: ${expression.trim()}` : message.trim()
}

function attempt(expression: string, scope: Scope): unknown {
  try {
    return evaluate(expression, scope)
  } catch (error) {
    if (error instanceof PolicyFault) return undefined
    throw error
  }
}
