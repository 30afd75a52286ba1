import { expect, test } from 'vitest'
import { build, failureOf, single } from '../build.ts'

const ACCOUNT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa}\n'

function binding(subjects: string): string {
  return `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: bind\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: role\nsubjects: ${subjects}\n`
}

function plugin(more: string): string {
  return `transformers: ["{apiVersion: builtin, kind: NamespaceTransformer, metadata: {name: n, namespace: other}, ${more}}"]\n`
}

test.each([
  ['namespace: space\n', '{kind: ServiceAccount, name: default}', '  name: default\n  namespace: space\n'],
  [
    'namespace: space\n',
    '{kind: ServiceAccount, name: default, namespace: x}',
    '  name: default\n  namespace: space\n',
  ],
  ['namespace: space\n', '{kind: ServiceAccount, name: sa}', '  name: sa\n  namespace: space\n'],
  ['namespace: space\n', '{kind: ServiceAccount, name: nobody}', '  name: nobody\n'],
  [
    plugin('unsetOnly: true'),
    '{kind: ServiceAccount, name: default, namespace: x}',
    '  name: default\n  namespace: x\n',
  ],
  [
    plugin('setRoleBindingSubjects: allServiceAccounts'),
    '{kind: ServiceAccount, name: nobody}',
    '  name: nobody\n  namespace: other\n',
  ],
  [plugin('setRoleBindingSubjects: none'), '{kind: ServiceAccount, name: default}', '  name: default\n'],
])('%s makes of the subject %s', (fields, subject, wanted) => {
  expect(build(single(fields, binding(`[${subject}]`), ACCOUNT))).toMatch(
    new RegExp(`kind: ServiceAccount\n${wanted}(?:---|$)`),
  )
})

const SETTING = 'setting namespace on (cluster)role binding subjects: looking up'
const SCALAR = 'on (cluster)role binding subject: wrong node kind: expected ScalarNode but got'

test.each([
  ['namespace: space\n', '[{name: {}}]', `${SETTING} name ${SCALAR} MappingNode: node contents:\n{}\n`],
  ['namespace: space\n', '[{name: []}]', `${SETTING} name ${SCALAR} SequenceNode: node contents:\n[]\n`],
  [
    plugin('setRoleBindingSubjects: allServiceAccounts'),
    '[{kind: {}, name: x}]',
    `${SETTING} kind ${SCALAR} MappingNode: node contents:\n{}\n`,
  ],
])('%s refuses the subjects %s', (fields, subjects, message) => {
  expect(failureOf(single(fields, binding(subjects), ACCOUNT)).message).toBe(message)
})

// The real tool ends in a panic.
test.each(['[~]', '[text]', '[[]]'])('the subjects %s are refused', (subjects) => {
  expect(failureOf(single('namePrefix: p-\n', binding(subjects), ACCOUNT)).message).toContain('subject')
})
