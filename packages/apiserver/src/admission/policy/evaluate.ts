import { messageOf } from '@slipway/diag'
import { compile, type Program } from '../../cel/compile.ts'
import { CelUnsupported } from '../../cel/tokens.ts'
import { CelError, type Scope } from '../../cel/values.ts'
import type { Admission } from '../admit.ts'
import { type Invocation, PolicyFault, type PolicySpec } from './types.ts'

/** The names that the expressions of a policy may use. */
export const NAMES = ['object', 'oldObject', 'request', 'params', 'namespaceObject', 'variables']
/** The types of which expressions that mutate make values. */
export const TYPES = ['Object', 'JSONPatch']

// Policies are read on every write, and change seldom.
const programs = new Map<string, Program | CelUnsupported>()
const MOST_PROGRAMS = 1000

/** Compiles an expression of a policy. @throws CelUnsupported */
export function programFor(expression: string): Program {
  const known = programs.get(expression) ?? compiled(expression)
  if (programs.size >= MOST_PROGRAMS) programs.clear()
  programs.set(expression, known)
  if (known instanceof CelUnsupported) throw known
  return known
}

function compiled(expression: string): Program | CelUnsupported {
  try {
    return compile(expression, NAMES, TYPES)
  } catch (error) {
    if (error instanceof CelUnsupported) return error
    throw error
  }
}

/** The value of an expression. @throws PolicyFault when it cannot be compiled, or fails */
export function evaluate(expression: string, scope: Scope): unknown {
  try {
    return programFor(expression).evaluate(scope)
  } catch (error) {
    if (error instanceof CelUnsupported) throw new PolicyFault(`compilation error: ${messageOf(error)}`)
    if (error instanceof CelError)
      throw new PolicyFault(`expression '${expression.trim()}' resulted in error: ${messageOf(error)}`)
    throw error
  }
}

/** What the expressions of a policy see of a request. */
export function scopeOf(admission: Admission, { policy, param }: Invocation): Scope {
  const { strategy, resource, object, old, operation } = admission
  const name = resource.namespaced ? (object.metadata.namespace ?? '') : ''
  const scope = new Map<string, unknown>([
    ['object', operation === 'delete' ? null : object],
    ['oldObject', old ?? null],
    ['request', requestOf(admission)],
    ['params', param ?? null],
    ['namespaceObject', name === '' ? null : (strategy.get('', 'namespaces', { namespace: '', name }) ?? null)],
  ])
  return scope.set('variables', variablesOf(policy, scope))
}

// A variable is evaluated when it is used first; those before it are known to it.
function variablesOf({ variables = [] }: PolicySpec, scope: ReadonlyMap<string, unknown>): object {
  const result = {}
  for (const { name, expression } of variables) {
    Object.defineProperty(result, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        const value = programFor(expression).evaluate(scope)
        Object.defineProperty(result, name, { value, enumerable: true })
        return value
      },
    })
  }
  return result
}

function requestOf({ context, resource, object, operation, subresource, dryRun }: Admission): object {
  const { group, version, kind, plural } = resource
  const { username, uid = '', groups } = context.user
  const [ofKind, ofResource] = [
    { group, version, kind },
    { group, version, resource: plural },
  ]
  return {
    kind: ofKind,
    resource: ofResource,
    subResource: subresource,
    requestKind: ofKind,
    requestResource: ofResource,
    requestSubResource: subresource,
    name: object.metadata.name ?? '',
    namespace: resource.namespaced ? (object.metadata.namespace ?? '') : '',
    operation: operation.toUpperCase(),
    userInfo: { username, uid, groups: [...groups], extra: {} },
    dryRun: dryRun === true,
  }
}

/** Whether all conditions of a policy hold for a request. One that does not hold decides, whatever another one fails for. @throws PolicyFault */
export function meetsConditions({ policy: { matchConditions = [] } }: Invocation, scope: Scope): boolean {
  let fault: PolicyFault | undefined
  for (const { expression } of matchConditions) {
    try {
      if (evaluate(expression, scope) !== true) return false
    } catch (error) {
      if (!(error instanceof PolicyFault)) throw error
      fault ??= error
    }
  }
  if (fault !== undefined) throw fault
  return true
}
