import { isRecord, toLabelSelector, type KubeObject } from '@slipway/objects'
import { prefixOf } from '../../storage.ts'
import type { Admission } from '../admit.ts'
import { matchesRequest } from './match.ts'
import { type BindingSpec, type Invocation, PolicyFault, type PolicySpec } from './types.ts'

const GROUP = 'admissionregistration.k8s.io'

/** What happens to a policy whose parameters are not there. */
export type OnFault = (of: Omit<Invocation, 'param'>, fault: PolicyFault) => void

/** The policies of a kind that apply to a request, by name, once for each binding and parameter. Policies and webhooks themselves are left alone, so that a bad one can be removed. */
export function invocationsFor(admission: Admission, plural: string, onFault: OnFault): Invocation[] {
  const { context, strategy, resource } = admission
  if (resource.group === GROUP) return []
  const kind = context.registry.findResource(GROUP, plural)
  if (kind === undefined || context.store.list(prefixOf(kind), { limit: 1 }).items.length === 0) return []
  const bindings = strategy.list(GROUP, plural.replace(/ies$/, 'ybindings'))
  return strategy.list(GROUP, plural).flatMap((object) => {
    const policy = specOf<PolicySpec>(object)
    if (policy === undefined || !matchesRequest(admission, policy.matchConstraints)) return []
    return bindings.flatMap((bound) => {
      const binding = specOf<BindingSpec>(bound)
      if (binding?.policyName !== object.metadata.name || !matchesRequest(admission, binding?.matchResources)) return []
      if (binding === undefined) return []
      const of = { policy, policyName: binding.policyName, binding, bindingName: bound.metadata.name ?? '' }
      try {
        return paramsOf(admission, of).map((param) => ({ ...of, param }))
      } catch (error) {
        if (!(error instanceof PolicyFault)) throw error
        onFault(of, error)
        return []
      }
    })
  })
}

function specOf<T>(object: KubeObject): T | undefined {
  return isRecord(object['spec']) ? (object['spec'] as T) : undefined
}

// k8s.io/apiserver/pkg/admission/plugin/policy/generic.CollectParams.
function paramsOf(admission: Admission, { policy, binding }: Omit<Invocation, 'param'>): (KubeObject | undefined)[] {
  const { paramKind } = policy
  const { paramRef } = binding
  if (paramKind === undefined || paramRef === undefined) return [undefined]
  const { context, strategy, object } = admission
  const resource = context.registry.findKind(paramKind.apiVersion, paramKind.kind)
  if (resource === undefined) throw new PolicyFault(`paramKind kind \`${paramKind.kind}\` not known`)
  const given = paramRef.namespace ?? ''
  if (!resource.namespaced && given !== '')
    throw new PolicyFault('paramRef.namespace must not be provided for a cluster-scoped `paramKind`')
  const namespace = given === '' ? (object.metadata.namespace ?? '') : given
  if (resource.namespaced && namespace === '')
    throw new PolicyFault('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources')
  const { name = '', selector } = paramRef
  const named = name === '' ? undefined : strategy.get(resource.group, resource.plural, { namespace, name })
  const found =
    name === ''
      ? strategy
          .list(resource.group, resource.plural, resource.namespaced ? namespace : '')
          .filter(({ metadata }) => toLabelSelector(selector).matches(metadata.labels ?? {}))
      : named === undefined
        ? []
        : [named]
  if (found.length === 0 && paramRef.parameterNotFoundAction === 'Deny')
    throw new PolicyFault('no params found for policy binding with `Deny` parameterNotFoundAction')
  return [...found]
}
