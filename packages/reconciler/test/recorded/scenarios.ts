import type { Application } from '@slipway/argo'
import { statusOf } from '@slipway/reconciler'
import { AUTOMATED, chart, configMap, deployment, job, service, specOf } from '../manifests.ts'
import { isSettled, type World } from './world.ts'

const WITH_NAMESPACE = ['CreateNamespace=true']
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

const isAt = (revision: string) => (application: Application) =>
  isSettled(application) && statusOf(application).sync?.revision === revision
const hasCondition = (application: Application): boolean => (statusOf(application).conditions ?? []).length > 0
const hasFailed = (application: Application): boolean => statusOf(application).operationState?.phase === 'Failed'
const isOutOfSync = (application: Application): boolean => statusOf(application).sync?.status === 'OutOfSync'
const retriedAndFailed = (times: number) => (application: Application) =>
  hasFailed(application) && (statusOf(application).operationState?.retryCount ?? 0) >= times

async function scale(world: World, namespace: string, replicas: number): Promise<void> {
  await world.cluster.client.patch({ ...DEPLOYMENT, namespace }, { type: 'merge', body: { spec: { replicas } } })
}

async function makeNamespace(world: World, name: string): Promise<void> {
  await world.cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
}

async function makeProject(world: World, name: string, spec: object): Promise<void> {
  await world.cluster.client.create({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name, namespace: 'argocd' },
    spec,
  })
}

// One Application whose desired state cannot be had.
async function broken(
  world: World,
  of: { name: string; files: Readonly<Record<string, string>>; source: object },
): Promise<void> {
  const repository = await world.repository(of.name)
  repository.write(of.files)
  await world.create(of.name, specOf(repository.url, of.source))
  await world.until(of.name, hasCondition)
}

const withRetry = (limit: number, duration: string, maxDuration: string): object => ({
  ...AUTOMATED,
  syncOptions: WITH_NAMESPACE,
  retry: { limit, backoff: { duration, factor: 2, maxDuration } },
})

/** The recorded scenarios by name, each with the Application that it is about. */
export const SCENARIOS: Readonly<
  Record<string, { readonly application: string; readonly run: (world: World) => Promise<void> }>
> = {
  'plain-lifecycle': {
    application: 'plain',
    run: async (world) => {
      const repository = await world.repository('plain')
      repository.write({ 'd.yaml': deployment('web'), 's.yaml': service('web'), 'c.yaml': configMap('web') })
      await world.create('plain', specOf(repository.url, { path: '.' }, { namespace: 'plain' }))
      await world.until('plain', isSettled)
      world.step('commit a new image')
      const second = repository.write({ 'd.yaml': deployment('web', { image: 'nginx:1.28' }) })
      await world.refresh('plain')
      await world.until('plain', isAt(second))
      world.step('drift: scale to 5')
      await scale(world, 'plain', 5)
      await world.sleep(4)
      await world.until('plain', isSettled)
      world.step('drift: delete the Service')
      await world.cluster.client.delete({ apiVersion: 'v1', kind: 'Service', namespace: 'plain', name: 'web' })
      await world.sleep(4)
      await world.until('plain', isSettled)
      world.step('remove the Service from git: prune')
      const third = repository.write({ 's.yaml': null })
      await world.refresh('plain')
      await world.until('plain', isAt(third))
    },
  },
  'manual-sync': {
    application: 'manual',
    run: async (world) => {
      const repository = await world.repository('manual')
      repository.write({ 'd.yaml': deployment('web'), 'c.yaml': configMap('web') })
      await makeNamespace(world, 'manual')
      await world.create('manual', specOf(repository.url, { path: '.' }, { namespace: 'manual', syncPolicy: {} }))
      await world.until('manual', isOutOfSync)
      await world.operate('manual', { revision: 'master' })
      await world.until('manual', isSettled)
      world.step('remove a ConfigMap, no prune')
      repository.write({ 'c.yaml': null })
      await world.refresh('manual')
      await world.until('manual', isOutOfSync)
      await world.operate('manual', { revision: 'master' })
      await world.sleep(4)
      await world.operate('manual', { revision: 'master', prune: true })
      await world.until('manual', isSettled)
      world.step('dry run')
      await world.operate('manual', { revision: 'master', dryRun: true })
      await world.sleep(3)
    },
  },
  'helm-values-files': {
    application: 'helm',
    run: async (world) => {
      const repository = await world.repository('helm')
      repository.write(chart)
      const valueFiles = ['values.yaml', '../environments/staging/values.yaml', '../environments/staging/image.yaml']
      await world.create('helm', specOf(repository.url, { path: 'chart', helm: { valueFiles } }, { namespace: 'helm' }))
      await world.until('helm', isSettled)
    },
  },
  'multi-source': {
    application: 'multi',
    run: async (world) => {
      const repository = await world.repository('multi')
      const kustomization = 'resources: [c.yaml]\nnamePrefix: staging-\n'
      repository.write({ ...chart, 'k/kustomization.yaml': kustomization, 'k/c.yaml': configMap('extra') })
      const from = { repoURL: repository.url, targetRevision: 'master' }
      const valueFiles = ['values.yaml', '../environments/staging/values.yaml']
      await world.create('multi', {
        project: 'default',
        sources: [
          { ...from, path: 'chart', helm: { valueFiles } },
          { ...from, path: 'k' },
        ],
        destination: { server: 'https://kubernetes.default.svc', namespace: 'multi' },
        syncPolicy: { ...AUTOMATED, syncOptions: WITH_NAMESPACE },
      })
      await world.until('multi', isSettled)
    },
  },
  'waves-and-hooks': {
    application: 'waves',
    run: async (world) => {
      const repository = await world.repository('waves')
      const wave = (number: number): string => `, annotations: {argocd.argoproj.io/sync-wave: "${number}"}`
      repository.write({
        'a.yaml': configMap('a', '1', wave(-1)),
        'b.yaml': configMap('b', '1', wave(0)),
        'c.yaml': configMap('c', '1', wave(5)),
        'd.yaml': deployment('web'),
        'pre.yaml': job('pre', 'PreSync'),
        'post.yaml': job('post', 'PostSync', 'HookSucceeded'),
        'fail.yaml': job('onfail', 'SyncFail'),
      })
      await world.create('waves', specOf(repository.url, { path: '.' }, { namespace: 'waves' }))
      await world.until('waves', isSettled)
    },
  },
  'hook-fails': {
    application: 'hookfail',
    run: async (world) => {
      const repository = await world.repository('hookfail')
      const stuck = job('pre', 'PreSync')
        .replace('backoffLimit: 0', 'backoffLimit: 0\n  activeDeadlineSeconds: 2')
        .replace('restartPolicy: Never', 'nodeSelector: {no: such}\n      restartPolicy: Never')
      repository.write({ 'c.yaml': configMap('c'), 'pre.yaml': stuck, 'fail.yaml': job('onfail', 'SyncFail') })
      const syncPolicy = withRetry(1, '2s', '1m')
      await world.create('hookfail', specOf(repository.url, { path: '.' }, { namespace: 'hookfail', syncPolicy }))
      await world.until('hookfail', retriedAndFailed(1), 60)
    },
  },
  'degraded-deployment': {
    application: 'degraded',
    run: async (world) => {
      const repository = await world.repository('degraded')
      repository.write({ 'd.yaml': deployment('web') })
      await world.create('degraded', specOf(repository.url, { path: '.' }, { namespace: 'degraded' }))
      await world.until('degraded', isSettled)
      world.step('a version whose pods never get ready')
      const extra = '      nodeSelector: {no: such}\n'
      repository.write({ 'd.yaml': deployment('web', { image: 'nginx:bad', deadline: 6, extra }) })
      await world.refresh('degraded')
      await world.until('degraded', (application) => statusOf(application).health?.status === 'Degraded')
      world.step('git revert')
      repository.git('revert', '--no-edit', 'HEAD')
      await world.refresh('degraded')
      await world.until('degraded', isSettled)
    },
  },
  'missing-path': {
    application: 'nopath',
    run: (world) => broken(world, { name: 'nopath', files: { 'c.yaml': configMap('c') }, source: { path: 'no/such' } }),
  },
  'missing-branch': {
    application: 'nobranch',
    run: (world) =>
      broken(world, {
        name: 'nobranch',
        files: { 'c.yaml': configMap('c') },
        source: { path: '.', targetRevision: 'no-such-branch' },
      }),
  },
  'missing-repo': {
    application: 'norepo',
    run: async (world) => {
      await world.create('norepo', specOf('file:///repos/none', { path: '.' }))
      await world.until('norepo', hasCondition)
    },
  },
  'template-error': {
    application: 'tplerr',
    run: (world) => {
      const bad = '{{ required "image.tag is needed" .Values.nothing }}\n'
      return broken(world, {
        name: 'tplerr',
        files: { ...chart, 'chart/templates/bad.yaml': bad },
        source: { path: 'chart' },
      })
    },
  },
  'values-file-missing': {
    application: 'novalues',
    run: (world) =>
      broken(world, { name: 'novalues', files: chart, source: { path: 'chart', helm: { valueFiles: ['nope.yaml'] } } }),
  },
  'schema-error': {
    application: 'schemaerr',
    run: (world) => {
      const schema = '{"type":"object","properties":{"replicas":{"type":"string"}}}'
      return broken(world, {
        name: 'schemaerr',
        files: { ...chart, 'chart/values.schema.json': schema },
        source: { path: 'chart' },
      })
    },
  },
  'invalid-yaml': {
    application: 'badyaml',
    run: (world) =>
      broken(world, {
        name: 'badyaml',
        files: { 'c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a\n' },
        source: { path: '.' },
      }),
  },
  'unknown-kind': {
    application: 'unknown',
    run: async (world) => {
      const repository = await world.repository('unknown')
      const widget = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n'
      repository.write({ 'c.yaml': configMap('c'), 'u.yaml': widget })
      await world.create('unknown', specOf(repository.url, { path: '.' }, { namespace: 'unknown' }))
      await world.until('unknown', (application) => hasFailed(application) || hasCondition(application), 33)
    },
  },
  'rejected-by-api': {
    application: 'rejected',
    run: async (world) => {
      const repository = await world.repository('rejected')
      const bad = deployment('web').replace('containerPort: 8080', 'containerPort: 99999')
      repository.write({ 'c.yaml': configMap('c'), 'd.yaml': bad })
      const syncPolicy = withRetry(2, '1s', '10s')
      await world.create('rejected', specOf(repository.url, { path: '.' }, { namespace: 'rejected', syncPolicy }))
      await world.until('rejected', retriedAndFailed(2), 60)
      await world.sleep(1)
    },
  },
  'unknown-field': {
    application: 'unkfield',
    run: async (world) => {
      const repository = await world.repository('unkfield')
      repository.write({ 'd.yaml': deployment('web').replace('  replicas: 2', '  replicas: 2\n  replicaz: 3') })
      await world.create('unkfield', specOf(repository.url, { path: '.' }, { namespace: 'unkfield' }))
      await world.until('unkfield', (application) => statusOf(application).operationState !== undefined, 30)
      await world.sleep(3)
    },
  },
  'namespace-missing': {
    application: 'nons',
    run: async (world) => {
      const repository = await world.repository('nons')
      repository.write({ 'c.yaml': configMap('c') })
      const more = { namespace: 'no-such-namespace', syncPolicy: AUTOMATED }
      await world.create('nons', specOf(repository.url, { path: '.' }, more))
      await world.until('nons', hasFailed, 33)
    },
  },
  'outside-project': {
    application: 'outside',
    run: async (world) => {
      const destinations = [{ server: 'https://kubernetes.default.svc', namespace: 'only' }]
      await makeProject(world, 'narrow', { sourceRepos: ['https://example.com/none'], destinations })
      const repository = await world.repository('outside')
      repository.write({ 'c.yaml': configMap('c') })
      await world.create('outside', { ...specOf(repository.url, { path: '.' }), project: 'narrow' })
      await world.until('outside', hasCondition)
    },
  },
  'kind-denied-by-project': {
    application: 'denied',
    run: async (world) => {
      const destinations = [{ server: '*', namespace: '*' }]
      const namespaceResourceBlacklist = [{ group: '', kind: 'Secret' }]
      await makeProject(world, 'nosecret', { sourceRepos: ['*'], destinations, namespaceResourceBlacklist })
      const repository = await world.repository('denied')
      const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: b}\n'
      repository.write({ 'c.yaml': configMap('c'), 's.yaml': secret })
      await makeNamespace(world, 'denied')
      await world.create('denied', {
        ...specOf(repository.url, { path: '.' }, { namespace: 'denied' }),
        project: 'nosecret',
      })
      await world.until('denied', (application) => hasFailed(application) || hasCondition(application), 33)
    },
  },
  'two-owners': {
    application: 'owner-b',
    run: async (world) => {
      const repository = await world.repository('owners')
      repository.write({ 'c.yaml': configMap('shared') })
      await world.create('owner-a', specOf(repository.url, { path: '.' }, { namespace: 'owners' }))
      await world.until('owner-a', isSettled)
      await world.create('owner-b', specOf(repository.url, { path: '.' }, { namespace: 'owners' }))
      await world.until('owner-b', (application) => hasCondition(application) || isSettled(application))
      await world.sleep(3)
    },
  },
  'drift-without-self-heal': {
    application: 'noheal',
    run: async (world) => {
      const repository = await world.repository('noheal')
      repository.write({ 'd.yaml': deployment('web') })
      const syncPolicy = { automated: {}, syncOptions: WITH_NAMESPACE }
      await world.create('noheal', specOf(repository.url, { path: '.' }, { namespace: 'noheal', syncPolicy }))
      await world.until('noheal', isSettled)
      world.step('scale to 4')
      await scale(world, 'noheal', 4)
      await world.until('noheal', isOutOfSync)
      await world.sleep(1)
    },
  },
  'ignore-differences': {
    application: 'ignore',
    run: async (world) => {
      const repository = await world.repository('ignore')
      repository.write({ 'd.yaml': deployment('web') })
      const ignoreDifferences = [{ group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] }]
      const syncPolicy = { ...AUTOMATED, syncOptions: [...WITH_NAMESPACE, 'RespectIgnoreDifferences=true'] }
      const more = { namespace: 'ignore', syncPolicy, rest: { ignoreDifferences } }
      await world.create('ignore', specOf(repository.url, { path: '.' }, more))
      await world.until('ignore', isSettled)
      world.step('scale to 4')
      await scale(world, 'ignore', 4)
      await world.sleep(4)
      repository.write({ 'd.yaml': deployment('web', { image: 'nginx:1.28' }) })
      await world.refresh('ignore')
      await world.sleep(4)
      await world.until('ignore', isSettled)
    },
  },
  'sync-options': {
    application: 'options',
    run: async (world) => {
      const repository = await world.repository('options')
      const keep = ', annotations: {argocd.argoproj.io/sync-options: "Prune=false"}'
      repository.write({ 'c.yaml': configMap('c', '1', keep), 'd.yaml': deployment('web') })
      const syncPolicy = {
        ...AUTOMATED,
        managedNamespaceMetadata: { labels: { team: 'a' } },
        syncOptions: [...WITH_NAMESPACE, 'ServerSideApply=true', 'ApplyOutOfSyncOnly=true', 'PruneLast=true'],
      }
      await world.create('options', specOf(repository.url, { path: '.' }, { namespace: 'options', syncPolicy }))
      await world.until('options', isSettled)
      world.step('remove the object with Prune=false')
      repository.write({ 'c.yaml': null })
      await world.refresh('options')
      await world.sleep(5)
    },
  },
  'cascade-delete': {
    application: 'cascade',
    run: async (world) => {
      const repository = await world.repository('cascade')
      repository.write({ 'd.yaml': deployment('web'), 'c.yaml': configMap('c') })
      const finalizers = ['resources-finalizer.argocd.argoproj.io']
      await world.create('cascade', specOf(repository.url, { path: '.' }, { namespace: 'cascade' }), { finalizers })
      await world.until('cascade', isSettled)
      world.step('delete the Application')
      await world.cluster.client.delete({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        namespace: 'argocd',
        name: 'cascade',
      })
      await world.sleep(6)
    },
  },
  'empty-render': {
    application: 'empty',
    run: async (world) => {
      const repository = await world.repository('empty')
      repository.write({ 'c.yaml': configMap('c') })
      await world.create('empty', specOf(repository.url, { path: '.' }, { namespace: 'empty' }))
      await world.until('empty', isSettled)
      world.step('nothing left to deploy: prune of everything')
      repository.write({ 'c.yaml': '# nothing left\n' })
      await world.refresh('empty')
      await world.sleep(6)
    },
  },
  'app-of-apps': {
    application: 'root',
    run: async (world) => {
      const repository = await world.repository('root')
      const child = (name: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd, finalizers: [resources-finalizer.argocd.argoproj.io]}
spec:
  project: default
  source: {repoURL: "${repository.url}", targetRevision: master, path: ${name}}
  destination: {server: https://kubernetes.default.svc, namespace: ${name}}
  syncPolicy: {automated: {prune: true, selfHeal: true}, syncOptions: [CreateNamespace=true]}
`
      repository.write({
        'apps/one.yaml': child('child-one'),
        'apps/two.yaml': child('child-two'),
        'child-one/c.yaml': configMap('c'),
        'child-two/c.yaml': configMap('c'),
      })
      await world.create('root', specOf(repository.url, { path: 'apps' }, { namespace: 'argocd' }))
      await world.until('root', isSettled)
      await world.until('child-two', isSettled)
    },
  },
}
