import {
  defaultProject,
  destinationPermitted,
  globMatches,
  parseProject,
  kindPermitted,
  permissionProblems,
  sourcePermitted,
  type AppProject,
} from '@slipway/argo'
import { expect, test } from 'vitest'

const SERVER = 'https://kubernetes.default.svc'

function project(spec: AppProject['spec']): AppProject {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata: { name: 'p' }, spec }
}

const secret = { group: '', kind: 'Secret', namespaced: true }
const role = { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', namespaced: false }

test('without an allow list every namespaced kind passes and no cluster-scoped one', () => {
  expect([kindPermitted(project({}), secret), kindPermitted(project({}), role)]).toEqual([true, false])
})

test('an empty allow list allows nothing, a deny list takes away', () => {
  expect(kindPermitted(project({ namespaceResourceWhitelist: [] }), secret)).toBe(false)
  const any = [{ group: '*', kind: '*' }]
  expect(
    kindPermitted(project({ namespaceResourceWhitelist: any, namespaceResourceBlacklist: [secret] }), secret),
  ).toBe(false)
  expect(kindPermitted(project({ clusterResourceWhitelist: any }), role)).toBe(true)
  const named = project({ clusterResourceWhitelist: [{ group: '', kind: 'Namespace', name: 'team-*' }] })
  const namespace = { group: '', kind: 'Namespace', namespaced: false }
  expect(['team-a', 'other'].map((name) => kindPermitted(named, { ...namespace, name }))).toEqual([true, false])
})

test('repositories match without case and .git; one star stays inside a path segment; a denial wins', () => {
  const of =
    (...sourceRepos: string[]) =>
    (repoURL: string) =>
      sourcePermitted(project({ sourceRepos }), { repoURL })
  expect(of('https://github.com/Acme/shop')('https://github.com/acme/Shop.git')).toBe(true)
  expect(of('https://github.com/*')('https://github.com/acme/shop')).toBe(false)
  expect(of('https://github.com/**')('https://github.com/acme/shop')).toBe(true)
  expect(of('*', '!https://github.com/acme/*')('https://github.com/acme/shop')).toBe(false)
  expect(of()('https://github.com/acme/shop')).toBe(false)
})

test('destinations match by server or name, with the namespace', () => {
  const narrow = project({
    destinations: [
      { server: SERVER, namespace: 'team-*' },
      { server: SERVER, namespace: '!team-x' },
    ],
  })
  const permitted = (namespace: string): boolean => destinationPermitted(narrow, { server: SERVER, namespace })
  expect(['team-a', 'team-x', 'other'].map(permitted)).toEqual([true, false, true])
  expect(destinationPermitted(defaultProject('argocd'), { server: SERVER, namespace: 'x' })).toBe(true)
})

test('what only a real Argo CD enforces is said', () => {
  const { object, diagnostics } = parseProject(project({ orphanedResources: {}, signatureKeys: [] }))
  expect(object).toBeDefined()
  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    [
      'ARGO_BAD_FIELD',
      'AppProject p sets spec.signatureKeys, which is not obeyed here: signatures of commits are not checked',
    ],
    [
      'ARGO_BAD_FIELD',
      'AppProject p sets spec.orphanedResources, which is not obeyed here: orphaned resources are not told of',
    ],
  ])
})

test('problems are told in the words of Argo CD', () => {
  const sources = [{ repoURL: 'file:///repos/outside', path: '.' }]
  expect(permissionProblems(project({}), { sources, destination: { server: SERVER, namespace: 'x' } })).toEqual([
    "application repo file:///repos/outside is not permitted in project 'p'",
    `application destination server '${SERVER}' and namespace 'x' do not match any of the allowed destinations in project 'p'`,
  ])
})

test.each([
  ['{*.yml,*.yaml}', 'a.yaml', '', true],
  ['*.yaml', 'a/b.yaml', '/', false],
  ['**.yaml', 'a/b.yaml', '/', true],
  ['a?c', 'abc', '', true],
  ['[!a-c]x', 'dx', '', true],
  ['[a-c]x', 'dx', '', false],
  ['a.c', 'abc', '', false],
  ['\\*', '*', '', true],
])('glob %s on %s with separators "%s" is %s', (pattern, text, separators, expected) => {
  expect(globMatches(pattern, text, separators)).toBe(expected)
})
