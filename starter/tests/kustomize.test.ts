import { describe, expect, test } from 'vitest'
import { buildOverlay, differences, find, helm, type KubeObject, kustomize, renderChart } from './support/render.ts'
import { type Environment, ENVIRONMENTS, NO_DIGEST } from './support/starter.ts'

// What the overlay does in another way than the chart, in every object that has it.
const EVERYWHERE = [
  '.metadata.labels.app.kubernetes.io/managed-by: "Helm" -> "kustomize"',
  '.metadata.labels.helm.sh/chart: "shop-1.0.0" -> undefined',
]
// Kustomize names a ConfigMap by its content where the chart notes a checksum: either starts a rollout.
const CHECKSUM = /^\.spec\.template\.metadata\.annotations\.checksum\/config: "[0-9a-f]{64}" -> undefined$/
// Helm's own hooks, for those who use helm install.
const HELM_HOOKS = [
  '.metadata.annotations.helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded" -> undefined',
  '.metadata.annotations.helm.sh/hook: "post-install,post-upgrade" -> undefined',
]

describe.skipIf(!helm || !kustomize)('the overlays (need helm and kustomize in PATH or PEERS_BIN)', () => {
  test.each(ENVIRONMENTS)('%s has the objects of the chart', async (environment) => {
    const [chart, overlay] = await renderBoth(environment)
    expect([...overlay.keys()].sort()).toEqual([...chart.keys()].sort())
    for (const [name, object] of chart) {
      const found = differences(object, overlay.get(name)).filter((line) => !CHECKSUM.test(line))
      const expected = name === 'Job/shop-smoke-test' ? [...EVERYWHERE, ...HELM_HOOKS] : EVERYWHERE
      expect(found, name).toEqual([...expected].sort())
    }
  })

  test.each(ENVIRONMENTS)("%s: pods and smoke test know the image component's digest", async (environment) => {
    const overlay = await buildOverlay(`overlays/${environment}`)
    const text = JSON.stringify([find(overlay, 'Deployment'), find(overlay, 'Job', 'shop-smoke-test')])
    expect(text.split(`ghcr.io/acme/shop@${NO_DIGEST}`)).toHaveLength(3)
    expect(text.split(`"value":"${NO_DIGEST}"`)).toHaveLength(3)
  })

  test('a changed configuration changes the pod template', async () => {
    const overlay = await buildOverlay('overlays/staging')
    const config = overlay.find((object) => object.kind === 'ConfigMap')
    expect(config?.metadata.name).toMatch(/^shop-[a-z0-9]{10}$/)
    expect(JSON.stringify(find(overlay, 'Deployment'))).toContain(`"configMapRef":{"name":"${config?.metadata.name}"}`)
  })

  test('the extras hold no workload and leave room for a rollout', async () => {
    const [extras, chart] = await Promise.all([buildOverlay('extras/staging'), renderChart('staging')])
    expect(extras.map((object) => object.kind).sort()).toEqual(['ConfigMap', 'LimitRange', 'ResourceQuota'])
    const hard = find(extras, 'ResourceQuota', 'namespace').spec?.['hard'] as Record<string, string>
    const deployment = find(chart, 'Deployment').spec as unknown as DeploymentSpec
    // The pods, one per surge, one that still ends, and the smoke test.
    const pods = deployment.replicas + deployment.strategy.rollingUpdate.maxSurge + 1 + 1
    const { requests, limits } = deployment.template.spec.containers[0].resources
    expect(Number(hard['pods'])).toBeGreaterThanOrEqual(pods)
    expect(milli(hard['requests.cpu'])).toBeGreaterThanOrEqual(pods * milli(requests['cpu']))
    expect(milli(hard['limits.cpu'])).toBeGreaterThanOrEqual(pods * milli(limits['cpu']))
    expect(mebi(hard['requests.memory'])).toBeGreaterThanOrEqual(pods * mebi(requests['memory']))
    expect(mebi(hard['limits.memory'])).toBeGreaterThanOrEqual(pods * mebi(limits['memory']))
  })
})

interface DeploymentSpec {
  replicas: number
  strategy: { rollingUpdate: { maxSurge: number } }
  template: {
    spec: { containers: [{ resources: { requests: Record<string, string>; limits: Record<string, string> } }] }
  }
}

async function renderBoth(environment: Environment): Promise<readonly [Map<string, unknown>, Map<string, unknown>]> {
  const [chart, overlay] = await Promise.all([renderChart(environment), buildOverlay(`overlays/${environment}`)])
  return [byName(chart), byName(overlay)]
}

/** Without the hash that kustomize appends to the ConfigMap's name. */
function byName(all: readonly KubeObject[]): Map<string, unknown> {
  const hashed = all.find((object) => object.kind === 'ConfigMap')?.metadata.name ?? 'shop'
  const plain = JSON.parse(JSON.stringify(all).replaceAll(`"${hashed}"`, '"shop"')) as KubeObject[]
  return new Map(plain.map((object) => [`${object.kind}/${object.metadata.name}`, object]))
}

function milli(quantity = ''): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000
}

function mebi(quantity = ''): number {
  return quantity.endsWith('Gi') ? Number(quantity.slice(0, -2)) * 1024 : Number(quantity.replace(/Mi$/, ''))
}
