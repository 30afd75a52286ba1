import { describe, expect, test } from 'vitest'
import { differences, helm, type KubeObject, renderChart } from './support/render.ts'

// Every difference between the two environments, on purpose. A new one belongs here with its reason, or it is a mistake.
const INTENDED: Record<string, readonly string[]> = {
  // Who they are; staging has load endpoints and, from extras/staging, debug settings.
  'ConfigMap/shop': [
    '.data.COLOUR: "#d97706" -> "#16a34a"',
    '.data.ENVIRONMENT: "staging" -> "production"',
    '.data.WORK_ENDPOINT: "true" -> "false"',
  ],
  // Production survives the loss of a node and has no CPU limit.
  'Deployment/shop': [
    '.spec.replicas: 1 -> 3',
    '.spec.template.spec.containers[shop].envFrom[1].configMapRef.name: "shop-debug" -> undefined',
    '.spec.template.spec.containers[shop].envFrom[1].configMapRef.optional: true -> undefined',
    '.spec.template.spec.containers[shop].resources.limits.cpu: "500m" -> undefined',
    '.spec.template.spec.containers[shop].resources.limits.memory: "192Mi" -> "256Mi"',
    '.spec.template.spec.containers[shop].resources.requests.cpu: "50m" -> "100m"',
    '.spec.template.spec.containers[shop].resources.requests.memory: "96Mi" -> "128Mi"',
  ],
  'Job/shop-smoke-test': [
    '.spec.template.spec.containers[smoke-test].resources.limits.cpu: "500m" -> undefined',
    '.spec.template.spec.containers[smoke-test].resources.limits.memory: "192Mi" -> "256Mi"',
    '.spec.template.spec.containers[smoke-test].resources.requests.cpu: "50m" -> "100m"',
    '.spec.template.spec.containers[smoke-test].resources.requests.memory: "96Mi" -> "128Mi"',
  ],
  'NetworkPolicy/shop': [],
  'Service/shop': [],
  'ServiceAccount/shop': [],
}
const ONLY_PRODUCTION = ['HorizontalPodAutoscaler/shop', 'PodDisruptionBudget/shop']

describe.skipIf(!helm)('staging and production (needs helm in PATH or PEERS_BIN)', () => {
  test('have the same objects, but for those of a fault-tolerant environment', async () => {
    const [staging, production] = await renderBoth()
    expect([...staging.keys()].sort()).toEqual(Object.keys(INTENDED).sort())
    expect([...production.keys()].sort()).toEqual([...Object.keys(INTENDED), ...ONLY_PRODUCTION].sort())
  })

  test('differ only where they are meant to', async () => {
    const [staging, production] = await renderBoth()
    const found = [...staging].map(([name, object]) => [name, differences(object, production.get(name))])
    expect(Object.fromEntries(found)).toEqual(INTENDED)
  })
})

async function renderBoth(): Promise<readonly [Map<string, unknown>, Map<string, unknown>]> {
  const [staging, production] = await Promise.all([renderChart('staging'), renderChart('production')])
  return [byName(staging), byName(production)]
}

/** Without the namespace and the configuration's checksum, which follow from the rest. */
function byName(all: readonly KubeObject[]): Map<string, unknown> {
  return new Map(
    all.map((object) => {
      const text = JSON.stringify(object, (key: string, value: unknown) =>
        key === 'namespace' || key === 'checksum/config' ? undefined : value,
      )
      return [`${object.kind}/${object.metadata.name}`, JSON.parse(text) as unknown]
    }),
  )
}
