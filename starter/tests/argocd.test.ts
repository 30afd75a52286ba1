import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { find, helm, type KubeObject, kustomize, renderChart, buildOverlay } from './support/render.ts'
import { ENVIRONMENTS, STARTER } from './support/starter.ts'

interface Argo extends Omit<KubeObject, 'spec'> {
  readonly metadata: KubeObject['metadata'] & { readonly finalizers?: readonly string[] }
  readonly spec: {
    readonly project?: string
    readonly source?: Source
    readonly sources?: readonly Source[]
    readonly destination?: Destination
    readonly ignoreDifferences?: readonly object[]
    readonly syncPolicy?: {
      readonly automated: object
      readonly retry: object
      readonly syncOptions: readonly string[]
    }
    readonly sourceRepos?: readonly string[]
    readonly destinations?: readonly Destination[]
    readonly clusterResourceWhitelist?: readonly Kind[]
    readonly namespaceResourceWhitelist?: readonly Kind[]
    readonly roles?: readonly { readonly name: string; readonly policies: readonly string[] }[]
  }
}

interface Source {
  readonly repoURL: string
  readonly targetRevision: string
  readonly path: string
  readonly helm?: { readonly releaseName: string; readonly valueFiles: readonly string[] }
}

interface Destination {
  readonly server: string
  readonly namespace: string
}

interface Kind {
  readonly group: string
  readonly kind: string
}

const read = (file: string): Argo[] =>
  parseAllDocuments(readFileSync(join(STARTER, 'argocd', file), 'utf8')).map((document) => document.toJS() as Argo)
const applied = readdirSync(join(STARTER, 'argocd/applications')).flatMap((name) => read(`applications/${name}`))
const all = [...read('root.yaml'), ...applied]
const named = (kind: string, name: string): Argo => {
  const found = all.find((object) => object.kind === kind && object.metadata.name === name)
  if (!found) throw new Error(`no ${kind} ${name}`)
  return found
}
const applications = all.filter(({ kind }) => kind === 'Application')

describe("Argo CD's objects", () => {
  test('are Applications and AppProjects in namespace argocd, each name once, none with a cascade finalizer', () => {
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['Application', 'AppProject']))
    const names = all.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
    for (const { metadata } of all) expect(metadata).toMatchObject({ namespace: 'argocd' })
    for (const { metadata } of all) expect(metadata.finalizers).toBeUndefined()
  })

  test('every folder of deploy/environments has its Application, and no Application is without', () => {
    const folders = readdirSync(join(STARTER, 'deploy/environments')).sort()
    expect(folders).toEqual([...ENVIRONMENTS].sort())
    const environments = applications.filter(({ metadata }) => metadata.name !== 'shop-root')
    expect(environments.map(({ metadata }) => metadata.name).sort()).toEqual(folders)
    for (const { metadata, spec } of environments) {
      expect(spec.destination).toEqual({ server: 'https://kubernetes.default.svc', namespace: metadata.name })
      const files = spec.sources?.[0]?.helm?.valueFiles
      expect(files).toEqual(['values', 'image'].map((file) => `/deploy/environments/${metadata.name}/${file}.yaml`))
    }
  })

  test.each([
    ['staging', 'stg', ['deploy/chart', 'deploy/kustomize/extras/staging']],
    ['production', 'master', ['deploy/chart']],
  ])('%s follows branch %s', (name, branch, paths) => {
    const { sources = [] } = named('Application', name).spec
    expect(sources.map(({ targetRevision }) => targetRevision)).toEqual(paths.map(() => branch))
    expect(sources.map(({ path }) => path)).toEqual(paths)
    expect(sources[0]?.helm?.releaseName).toBe('shop')
  })

  test('syncs are automatic, heal and prune, are tried again, and stop at an object of somebody else', () => {
    for (const { spec } of applications) {
      expect(spec.syncPolicy?.automated).toEqual({ prune: true, selfHeal: true })
      expect(spec.syncPolicy?.retry).toMatchObject({ limit: 5, refresh: true })
      expect(spec.syncPolicy?.syncOptions).toContain('FailOnSharedResource=true')
    }
    for (const name of ENVIRONMENTS)
      expect(named('Application', name).spec.syncPolicy?.syncOptions).toEqual(
        expect.arrayContaining(['CreateNamespace=true', 'ServerSideApply=true', 'PruneLast=true']),
      )
  })

  test('production leaves the number of replicas to the autoscaler, in comparisons and in syncs; it is never pruned unasked', () => {
    const { spec, metadata } = named('Application', 'production')
    expect(spec.ignoreDifferences).toEqual([{ group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] }])
    expect(spec.syncPolicy?.syncOptions).toContain('RespectIgnoreDifferences=true')
    expect(metadata.annotations).toMatchObject({ 'argocd.argoproj.io/sync-options': 'Prune=confirm' })
    expect(named('Application', 'staging').spec.ignoreDifferences).toBeUndefined()
  })

  test('the root has a project of its own, and no Application uses default', () => {
    expect(named('Application', 'shop-root').spec).toMatchObject({
      project: 'shop-root',
      source: { path: 'argocd/applications', targetRevision: 'master' },
    })
    for (const { spec } of applications) expect(['shop', 'shop-root']).toContain(spec.project)
    const kinds = named('AppProject', 'shop-root').spec.namespaceResourceWhitelist?.map(({ kind }) => kind)
    expect(kinds).toEqual(['AppProject', 'Application'])
  })

  test("the service's project: one repository, two namespaces, and a role that may get and sync", () => {
    const { spec } = named('AppProject', 'shop')
    expect(spec.sourceRepos).toEqual([
      ...new Set(
        applications
          .flatMap((each) => [each.spec.source, ...(each.spec.sources ?? [])])
          .flatMap((source) => source?.repoURL ?? []),
      ),
    ])
    expect(spec.destinations?.map(({ namespace }) => namespace).sort()).toEqual([...ENVIRONMENTS].sort())
    expect(spec.clusterResourceWhitelist).toEqual([{ group: '', kind: 'Namespace' }])
    const role = spec.roles?.find(({ name }) => name === 'ci')
    expect(role?.policies.map((policy) => policy.split(', ').slice(3).join(' ')).sort()).toEqual([
      'get shop/* allow',
      'sync shop/* allow',
    ])
  })

  test.skipIf(!helm || !kustomize)(
    'the project allows every kind that is rendered, and no kind that could do harm (needs helm and kustomize)',
    async () => {
      const allowed = (named('AppProject', 'shop').spec.namespaceResourceWhitelist ?? []).map(
        ({ group, kind }) => `${group}/${kind}`,
      )
      const optional = ['serviceMonitor', 'externalSecret', 'ingress', 'autoscaling']
        .map((name) => `${name}.enabled=true`)
        .join(',')
      const rendered = [
        ...(await renderChart('production', ['--set', optional])),
        ...(await buildOverlay('extras/staging')),
      ]
      const kinds = rendered.map(
        ({ apiVersion, kind }) => `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${kind}`,
      )
      expect(kinds.filter((kind) => !allowed.includes(kind))).toEqual([])
      expect(
        allowed.filter((kind) =>
          /\/(Secret|Role|RoleBinding|ClusterRole|Application|CustomResourceDefinition)$/.test(kind),
        ),
      ).toEqual([])
      expect(find(rendered, 'Deployment').metadata.namespace).toBe('production')
    },
  )

  test('notifications are there as comments', () => {
    for (const name of ENVIRONMENTS)
      expect(readFileSync(join(STARTER, `argocd/applications/${name}.yaml`), 'utf8')).toMatch(
        /# +notifications\.argoproj\.io\/subscribe\.on-sync-failed/,
      )
    expect(readFileSync(join(STARTER, 'deploy/environments/production/values.yaml'), 'utf8')).toContain(
      '# serviceMonitor:\n#   enabled: true',
    )
  })
})
