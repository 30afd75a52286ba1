import { casesOf } from '../lib/cases.mjs'

const group = 'rbac.authorization.k8s.io'
const roleRef = { apiGroup: group, kind: 'Role', name: 'r' }
const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get'] }
const urls = { nonResourceURLs: ['/x'], verbs: ['get'] }

const role = casesOf('Role')
const clusterRole = casesOf('ClusterRole')
const binding = casesOf('RoleBinding')
const clusterBinding = casesOf('ClusterRoleBinding')
const toCluster = { ...roleRef, kind: 'ClusterRole' }
const account = { kind: 'ServiceAccount', name: 'x', namespace: 'default' }

export const cases = [
  role.make('a role', { rules: [pods] }),
  role.make('a role without rules', {}),
  role.make('a rule without verbs', { rules: [{ apiGroups: [''], resources: ['pods'] }] }),
  role.make('a rule without anything', { rules: [{ verbs: ['get'] }] }),
  role.make('a role with paths', { rules: [urls] }),
  role.make('a rule with paths and resources', { rules: [{ ...pods, ...urls }] }),
  role.make('a role with a slash in its name', { metadata: { name: 'a%b' }, rules: [pods] }),
  clusterRole.make('a cluster role with paths', { rules: [urls] }),
  clusterRole.make('a cluster role with paths and resources', { rules: [{ ...pods, ...urls }] }),
  clusterRole.make('an aggregation without selectors', { aggregationRule: {}, rules: [] }),
  clusterRole.make('an aggregation with a bad selector', {
    aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'Is' }] }] },
    rules: [],
  }),
  binding.make('a binding', { roleRef, subjects: [account] }),
  binding.make('a binding to nothing', { subjects: [account] }),
  binding.make('a binding to an unknown kind', { roleRef: { ...roleRef, kind: 'Foo', name: '' } }),
  binding.make('a binding to an unknown group', { roleRef: { ...roleRef, apiGroup: 'x' } }),
  binding.make('a binding to a bad name', { roleRef: { ...roleRef, name: 'a/b' } }),
  binding.make('subjects of unknown kinds', { roleRef, subjects: [{ kind: 'Nope', name: '' }] }),
  binding.make('subjects in unknown groups', {
    roleRef,
    subjects: [
      { kind: 'User', name: 'u', apiGroup: 'x' },
      { kind: 'Group', name: 'u', apiGroup: 'x' },
      { ...account, apiGroup: 'x' },
      { kind: 'ServiceAccount', name: 'A_B' },
    ],
  }),
  binding.change('another role', { roleRef, subjects: [account] }, { roleRef: { ...roleRef, name: 's' } }),
  binding.change('other subjects', { roleRef, subjects: [account] }, { subjects: [] }),
  clusterBinding.make('a cluster binding to a role', { roleRef, subjects: [account] }),
  clusterBinding.make('an account without a namespace', {
    roleRef: toCluster,
    subjects: [{ kind: 'ServiceAccount', name: 'x' }],
  }),
  clusterBinding.change('another cluster role', { roleRef: toCluster }, { roleRef: { ...toCluster, name: 's' } }),
]
