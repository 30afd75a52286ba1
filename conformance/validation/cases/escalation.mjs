import { collectionOf } from '../lib/cases.mjs'

const group = 'rbac.authorization.k8s.io'
const apiVersion = `${group}/v1`
const subjects = [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }]
const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }
const writes = (...resources) => ({ apiGroups: [group], resources, verbs: ['create', 'update', 'patch'] })

/** A case of the robot, who may do what `held` says; steps before the last one are the admin's. */
function robot(name, held, { before = [], last }) {
  const all = [
    { kind: 'ClusterRole', metadata: { name: 'held' }, rules: held },
    {
      kind: 'ClusterRoleBinding',
      metadata: { name: 'held' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'held' },
      subjects,
    },
    ...before,
  ].map((object) => ({ method: 'POST', path: collectionOf(object.kind), body: { apiVersion, ...object } }))
  const after = all.toReversed().map(({ path, body }) => ({ method: 'DELETE', path: `${path}/${body.metadata.name}` }))
  return { name, steps: [...all, { ...last, as: 'robot' }], after }
}

const create = ({ kind, ...members }) => ({
  method: 'POST',
  path: `${collectionOf(kind)}?dryRun=All`,
  body: { apiVersion, kind, metadata: { name: 'a' }, ...members },
})
const change = (kind, name, body) => ({
  method: 'PATCH',
  path: `${collectionOf(kind)}/${name}?dryRun=All`,
  type: 'application/merge-patch+json',
  body,
})
const binding = (kind, role, name) => ({ kind, roleRef: { apiGroup: group, kind: role, name }, subjects })
const roles = writes('roles', 'clusterroles')
const bindings = writes('rolebindings', 'clusterrolebindings')
const role = (name, ...rules) => ({ kind: 'ClusterRole', metadata: { name }, rules })
const own = (name, ...rules) => ({ kind: 'Role', metadata: { name }, rules })
const verb = (name, ...resources) => ({ apiGroups: [group], resources, verbs: [name] })

export const cases = [
  robot('a role of what is held', [roles, pods], { last: create({ kind: 'Role', rules: [pods] }) }),
  robot('a role of one verb of what is held', [roles, pods], {
    last: create({ kind: 'Role', rules: [{ ...pods, verbs: ['get'] }] }),
  }),
  robot('a role of more verbs', [roles, pods], {
    last: create({ kind: 'Role', rules: [{ ...pods, verbs: ['get', 'create', 'delete'] }] }),
  }),
  robot('a role of more resources', [roles, pods], {
    last: create({
      kind: 'ClusterRole',
      rules: [
        { ...pods, resources: ['pods', 'secrets', 'pods/log'] },
        { apiGroups: ['apps'], resources: ['*'], verbs: ['*'] },
      ],
    }),
  }),
  robot('a role of everything', [roles, pods], {
    last: create({
      kind: 'ClusterRole',
      rules: [
        { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
        { nonResourceURLs: ['*'], verbs: ['*'] },
      ],
    }),
  }),
  robot('a role of one name, held for all', [roles, pods], {
    last: create({ kind: 'Role', rules: [{ ...pods, resourceNames: ['x'] }] }),
  }),
  robot('a role of all names, held for one', [roles, { ...pods, resourceNames: ['x'] }], {
    last: create({ kind: 'Role', rules: [pods] }),
  }),
  robot('a role of other names', [roles, { ...pods, resourceNames: ['x'] }], {
    last: create({ kind: 'Role', rules: [{ ...pods, resourceNames: ['x', 'y'] }] }),
  }),
  robot('a role of a subresource of all', [roles, { apiGroups: [''], resources: ['*/log'], verbs: ['get'] }], {
    last: create({ kind: 'Role', rules: [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }] }),
  }),
  robot('a role of paths below', [roles, { nonResourceURLs: ['/a/*'], verbs: ['get'] }], {
    last: create({ kind: 'ClusterRole', rules: [{ nonResourceURLs: ['/a/b', '/c'], verbs: ['get'] }] }),
  }),
  robot('a role that may be escalated', [roles, verb('escalate', 'roles')], {
    last: create({ kind: 'Role', rules: [pods] }),
  }),
  robot('a role that may be escalated elsewhere', [roles, verb('escalate', 'roles')], {
    last: create({ kind: 'ClusterRole', rules: [pods] }),
  }),
  robot('a role with an aggregation', [roles], {
    last: create({
      kind: 'ClusterRole',
      rules: [],
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
    }),
  }),
  robot('a role that is not valid either', [roles], {
    last: create({ kind: 'Role', rules: [{ ...pods, verbs: [] }, pods] }),
  }),
  robot('a role that gets more', [roles], { before: [own('r')], last: change('Role', 'r', { rules: [pods] }) }),
  robot('a role that keeps more', [roles], {
    before: [own('r', pods)],
    last: change('Role', 'r', { metadata: { labels: { a: 'b' } } }),
  }),
  robot('a role whose owners change', [roles], {
    before: [own('r', pods)],
    last: change('Role', 'r', { metadata: { finalizers: ['a.b/c'] } }),
  }),
  robot('a role that may be escalated by name', [roles, { ...verb('escalate', 'roles'), resourceNames: ['r'] }], {
    before: [own('r')],
    last: change('Role', 'r', { rules: [pods] }),
  }),

  robot('a binding of what is held', [bindings, pods], {
    before: [role('granted', pods)],
    last: create(binding('RoleBinding', 'ClusterRole', 'granted')),
  }),
  robot('a binding to the admin of all', [bindings], {
    last: create(binding('ClusterRoleBinding', 'ClusterRole', 'cluster-admin')),
  }),
  robot('a binding to the admin of a namespace', [bindings], {
    last: create(binding('RoleBinding', 'ClusterRole', 'cluster-admin')),
  }),
  robot('a binding to a role that is not held', [bindings], {
    before: [own('granted', pods)],
    last: create(binding('RoleBinding', 'Role', 'granted')),
  }),
  robot('a binding to a role that is not there', [bindings], { last: create(binding('RoleBinding', 'Role', 'none')) }),
  robot('a binding for all to a role that is not there', [bindings], {
    last: create(binding('ClusterRoleBinding', 'ClusterRole', 'none')),
  }),
  robot('a binding that is allowed', [bindings, { ...verb('bind', 'clusterroles'), resourceNames: ['granted'] }], {
    before: [role('granted', pods)],
    last: create(binding('ClusterRoleBinding', 'ClusterRole', 'granted')),
  }),
  robot(
    'a binding that is allowed of another role',
    [bindings, { ...verb('bind', 'clusterroles'), resourceNames: ['other'] }],
    { before: [role('granted', pods)], last: create(binding('ClusterRoleBinding', 'ClusterRole', 'granted')) },
  ),
  robot('more subjects of a binding', [bindings], {
    before: [
      role('granted', pods),
      { ...binding('ClusterRoleBinding', 'ClusterRole', 'granted'), metadata: { name: 'b' } },
    ],
    last: change('ClusterRoleBinding', 'b', { subjects: [{ kind: 'User', name: 'x', apiGroup: group }] }),
  }),
]
