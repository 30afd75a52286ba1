import { messageOf } from '@slipway/diag'
import {
  applyJsonPatch,
  isRecord,
  type JsonPatchOperation,
  type KubeObject,
  mergeApplied,
  ObjectsError,
  type Shape,
  shapeOfKind,
} from '@slipway/objects'
import { customShape } from '../../crd/shape.ts'
import type { Scope } from '../../cel/values.ts'
import { forbidden, StatusError } from '../../status.ts'
import { named } from '../../storage.ts'
import { undeclaredFault } from '../../verbs/undeclared.ts'
import type { Admission } from '../admit.ts'
import { evaluate, meetsConditions, scopeOf } from './evaluate.ts'
import { invocationsFor } from './invocations.ts'
import { type Invocation, type Mutation, PolicyFault } from './types.ts'

/**
 * Lets every MutatingAdmissionPolicy that is bound to a request change the object, in the order of their names, each once. Nobody owns in managedFields what a
 * policy sets, but the writer of the request. Tells whether anything changed.
 *
 * @throws StatusError
 */
export function applyPolicies(admission: Admission): boolean {
  const faults: string[] = []
  const fail = ({ policy, policyName, bindingName }: Omit<Invocation, 'param'>, fault: PolicyFault): void => {
    if (policy.failurePolicy === 'Ignore') return
    faults.push(`policy '${policyName}' with binding '${bindingName}' denied request: ${messageOf(fault)}`)
  }
  const invocations = invocationsFor(admission, 'mutatingadmissionpolicies', fail)
  for (const invocation of invocations) {
    try {
      mutate(admission, invocation)
    } catch (error) {
      if (!(error instanceof PolicyFault)) throw error
      fail(invocation, error)
    }
  }
  if (faults.length > 0) throw refusal(admission, faults)
  return invocations.length > 0
}

function refusal({ resource, object }: Admission, faults: readonly string[]): StatusError {
  const { status } = forbidden(named(resource), object.metadata.name ?? '', '')
  const causes = faults.map((message) => ({ message }))
  return new StatusError({
    ...status,
    message: faults[0] ?? '',
    reason: 'Invalid',
    code: 422,
    details: { ...status.details, causes },
  })
}

function mutate(admission: Admission, invocation: Invocation): void {
  const scope = scopeOf(admission, invocation)
  if (!meetsConditions(invocation, scope)) return
  for (const mutation of invocation.policy.mutations ?? []) {
    const patched = patch(admission, mutation, scopeOf(admission, invocation))
    if (patched === admission.object) continue
    // Whoever asked for the write goes on with this very object.
    for (const name of Object.keys(admission.object)) delete admission.object[name]
    Object.assign(admission.object, patched)
  }
}

function patch({ object, resource }: Admission, mutation: Mutation, scope: Scope): KubeObject {
  if (mutation.patchType === 'JSONPatch')
    return patchedBy(object, evaluate(mutation.jsonPatch?.expression ?? '', scope))
  const value = evaluate(mutation.applyConfiguration?.expression ?? '', scope)
  if (!isRecord(value)) throw new PolicyFault('unsupported return type from ApplyConfiguration expression')
  const config = { ...structuredClone(value), apiVersion: object.apiVersion, kind: object.kind } as KubeObject
  config.metadata = isRecord(value['metadata']) ? { ...value['metadata'] } : {}
  const shape = shapeOfKind(object, customShape(resource))
  const fault = undeclaredFault(config, resource)
  if (fault !== undefined)
    throw new PolicyFault(`error applying patch: failed to convert patch object to typed object: ${fault}`)
  const atomics = atomicFields(config, shape)
  if (atomics.length > 0)
    throw new PolicyFault(
      `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`,
    )
  return mergeApplied(object, config, shape) as KubeObject
}

function patchedBy(object: KubeObject, operations: unknown): KubeObject {
  if (!Array.isArray(operations))
    throw new PolicyFault('type mismatch: JSONPatchType.expression should evaluate to array')
  try {
    return applyJsonPatch(structuredClone(object), structuredClone(operations) as JsonPatchOperation[])
  } catch (error) {
    if (!(error instanceof ObjectsError)) throw error
    // A test that fails says that there is nothing to do.
    if (error.code === 'PATCH_TEST_FAILED') return object
    throw new PolicyFault(`JSON Patch: ${error.message}`)
  }
}

/** The paths in a configuration whose values could only be replaced as a whole: what the writer has there would be lost. */
function atomicFields(value: unknown, shape: Shape, path = ''): string[] {
  if (shape.kind === 'leaf') return typeof value === 'object' && value !== null ? [path] : []
  if (shape.kind === 'keyed' && Array.isArray(value))
    return value.flatMap((item, index) => atomicFields(item, shape.item, `${path}[${index}]`))
  if (shape.kind !== 'struct' || !isRecord(value)) return []
  return Object.entries(value).flatMap(([name, member]) => atomicFields(member, shape.member(name), `${path}.${name}`))
}
