import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { hasRealApi, type RealApi, startRealApi } from './support/apiserver.ts'
import { buildOverlay, helm, type KubeObject, kustomize, renderChart } from './support/render.ts'
import { type Environment, ENVIRONMENTS, STARTER } from './support/starter.ts'

interface Application {
  spec: { syncPolicy: { managedNamespaceMetadata: { labels: Record<string, string> } } }
}

let api: RealApi

describe.skipIf(!hasRealApi || !helm || !kustomize)(
  'admission by a real API server (needs etcd, kube-apiserver, kubectl, helm and kustomize in PATH or PEERS_BIN)',
  { timeout: 120_000 },
  () => {
    beforeAll(async () => {
      api = await startRealApi()
      for (const environment of ENVIRONMENTS) {
        const labels = { ...namespaceLabels(environment), 'pod-security.kubernetes.io/warn': 'restricted' }
        const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: environment, labels } }
        expect(await apply([namespace])).toMatchObject({ status: 0 })
      }
    }, 120_000)
    afterAll(() => api?.stop())

    test('both namespaces enforce restricted', () => {
      for (const environment of ENVIRONMENTS)
        expect(namespaceLabels(environment)).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' })
    })

    test.each(ENVIRONMENTS.flatMap((name) => [[name, 'chart'] as const, [name, 'overlay'] as const]))(
      '%s, by %s: every object and every pod is let in without a warning',
      async (environment, way) => {
        const all = way === 'chart' ? await renderChart(environment) : await buildOverlay(`overlays/${environment}`)
        const extras = environment === 'staging' ? await buildOverlay('extras/staging') : []
        const objects = [...extras, ...all]
        const applied = await apply(objects, ['--namespace', environment])
        expect(applied.stderr).toBe('')
        expect(applied.stdout.trim().split('\n')).toHaveLength(objects.length)
        const made = pods(all, environment)
        expect(made).toHaveLength(2)
        for (const pod of made) expect(await create(pod)).toMatchObject({ status: 0, stderr: '' })
      },
    )

    test.each([
      [
        'allowPrivilegeEscalation',
        (pod: Pod) => delete pod.spec.containers[0]?.securityContext['allowPrivilegeEscalation'],
      ],
      ['unrestricted capabilities', (pod: Pod) => delete pod.spec.containers[0]?.securityContext['capabilities']],
      ['runAsNonRoot', (pod: Pod) => delete pod.spec.securityContext['runAsNonRoot']],
      ['seccompProfile', (pod: Pod) => delete pod.spec.securityContext['seccompProfile']],
    ])('a pod that lacks one thing is refused: %s', async (name, spoil) => {
      const [pod] = pods(await renderChart('production'), 'production')
      if (!pod) throw new Error('no pod')
      spoil(pod)
      const result = await create(pod)
      expect(result.status).toBe(1)
      expect(result.stderr).toContain('violates PodSecurity "restricted:latest"')
      expect(result.stderr).toContain(name)
    })
  },
)

interface Pod {
  apiVersion: 'v1'
  kind: 'Pod'
  metadata: { generateName: string; namespace: string }
  spec: {
    securityContext: Record<string, unknown>
    containers: { securityContext: Record<string, unknown> }[]
    [field: string]: unknown
  }
}

/** The pods that the controllers would make. */
function pods(all: readonly KubeObject[], namespace: Environment): Pod[] {
  return all
    .filter((object) => object.kind === 'Deployment' || object.kind === 'Job')
    .map((object) => {
      const { template } = structuredClone(object.spec) as { template: { metadata: object; spec: Pod['spec'] } }
      const metadata = { ...template.metadata, generateName: `${object.metadata.name}-`, namespace }
      return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec }
    })
}

function namespaceLabels(environment: Environment): Record<string, string> {
  const text = readFileSync(join(STARTER, `argocd/applications/${environment}.yaml`), 'utf8')
  return (parse(text) as Application).spec.syncPolicy.managedNamespaceMetadata.labels
}

function apply(objects: readonly object[], more: readonly string[] = []) {
  const list = { apiVersion: 'v1', kind: 'List', items: objects }
  const flags = ['--server-side', '--force-conflicts', '--validate=strict', '--filename=-']
  return api.kubectl(['apply', ...flags, ...more], JSON.stringify(list))
}

function create(pod: Pod) {
  return api.kubectl(['create', '--filename=-'], JSON.stringify(pod))
}
