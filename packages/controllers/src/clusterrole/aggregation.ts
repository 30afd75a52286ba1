import type { Controller } from '@slipway/client'
import { deepEqual, keyOf, toLabelSelector, type KubeObject, type LabelSelectorSpec } from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'

interface ClusterRole extends KubeObject {
  readonly rules?: readonly object[]
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelectorSpec[] }
}

const MANAGER = 'clusterrole-aggregation-controller'

/** Gives ClusterRoles that are made of others the rules of those: k8s.io/kubernetes/pkg/controller/clusterroleaggregation. */
export function startAggregationController(context: ControllerContext): Promise<Controller> {
  const roles = context.informer<ClusterRole>(KINDS.clusterRole)
  const made = (): string[] =>
    roles
      .list()
      .filter(({ aggregationRule }) => aggregationRule !== undefined)
      .map(keyOf)
  return start(context, {
    name: 'clusterrole-aggregation',
    sources: [source<ClusterRole>(context, KINDS.clusterRole, made)],
    reconcile: async (name) => {
      const role = roles.get(name)
      if (role?.aggregationRule === undefined) return undefined
      const rules = rulesFor(role, roles.list())
      if (deepEqual(rules, role.rules ?? [])) return undefined
      await context.client.apply(
        { ...KINDS.clusterRole, metadata: { name }, rules },
        { fieldManager: MANAGER, force: true },
      )
      return undefined
    },
  })
}

// By selector, then by name; no rule twice.
function rulesFor(role: ClusterRole, all: readonly ClusterRole[]): object[] {
  const sorted = [...all].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
  const rules: object[] = []
  for (const spec of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = toLabelSelector(spec)
    for (const other of sorted) {
      if (other.metadata.name === role.metadata.name || !selector.matches(other.metadata.labels ?? {})) continue
      for (const rule of other.rules ?? []) if (!rules.some((each) => deepEqual(each, rule))) rules.push(rule)
    }
  }
  return rules
}
