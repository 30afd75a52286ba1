import type { KubeObject, LabelSelectorSpec } from '@slipway/objects'

/** `admissionregistration/v1.NamedRuleWithOperations`. */
export interface ResourceRule {
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly operations?: readonly string[]
  readonly scope?: string
}

/** `admissionregistration/v1.MatchResources`. */
export interface MatchResources {
  readonly namespaceSelector?: LabelSelectorSpec
  readonly objectSelector?: LabelSelectorSpec
  readonly resourceRules?: readonly ResourceRule[]
  readonly excludeResourceRules?: readonly ResourceRule[]
}

/** What policies that validate and policies that mutate have in common. */
export interface PolicySpec {
  readonly paramKind?: { readonly apiVersion: string; readonly kind: string }
  readonly matchConstraints?: MatchResources
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[]
  readonly variables?: readonly { readonly name: string; readonly expression: string }[]
  readonly failurePolicy?: 'Fail' | 'Ignore'
  readonly validations?: readonly Validation[]
  readonly mutations?: readonly Mutation[]
}

/** One expression that must hold. */
export interface Validation {
  readonly expression: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
}

/** One change: what an expression makes is merged into the object, or is a list of JSON patch operations. */
export interface Mutation {
  readonly patchType: 'ApplyConfiguration' | 'JSONPatch'
  readonly applyConfiguration?: { readonly expression: string }
  readonly jsonPatch?: { readonly expression: string }
}

/** What a binding says about its policy. */
export interface BindingSpec {
  readonly policyName: string
  readonly paramRef?: ParamRef
  readonly matchResources?: MatchResources
  readonly validationActions?: readonly string[]
}

/** Which objects are a policy's parameters. */
export interface ParamRef {
  readonly name?: string
  readonly namespace?: string
  readonly selector?: LabelSelectorSpec
  readonly parameterNotFoundAction?: 'Allow' | 'Deny'
}

/** A policy that applies to a request, by one of its bindings, with one of its parameters. */
export interface Invocation {
  readonly policy: PolicySpec
  readonly policyName: string
  readonly binding: BindingSpec
  readonly bindingName: string
  readonly param: KubeObject | undefined
}

/** A policy that could not be asked: what it needs is not there. */
export class PolicyFault extends Error {}
