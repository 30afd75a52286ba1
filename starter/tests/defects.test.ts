import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  buildOverlay,
  find,
  helm,
  type KubeObject,
  kustomize,
  leaves,
  renderChart,
  tryRenderChart,
} from './support/render.ts'
import { type Environment, ENVIRONMENTS, STARTER } from './support/starter.ts'

interface Template {
  readonly spec: {
    readonly volumes: readonly Record<string, unknown>[]
    readonly topologySpreadConstraints?: readonly {
      readonly whenUnsatisfiable: string
      readonly matchLabelKeys: readonly string[]
    }[]
    readonly containers: readonly {
      readonly envFrom?: readonly Record<string, { readonly name: string; readonly optional?: boolean }>[]
      readonly resources: { readonly requests: Record<string, string> }
    }[]
  }
}

const templateOf = ({ spec }: KubeObject): Template => spec?.['template'] as Template

const ways = ENVIRONMENTS.flatMap((environment) =>
  (['chart', 'overlay'] as const).map((way) => [environment, way] as const),
)
const render = (environment: Environment, way: 'chart' | 'overlay'): Promise<KubeObject[]> =>
  way === 'chart' ? renderChart(environment) : buildOverlay(`overlays/${environment}`)

describe.skipIf(!helm || !kustomize)('what is rendered (needs helm and kustomize in PATH or PEERS_BIN)', () => {
  test.each(ways)('%s, by %s: deploys something, and only into its namespace', async (environment, way) => {
    const all = await render(environment, way)
    expect(all.filter(({ kind }) => kind === 'Deployment')).toHaveLength(1)
    expect(new Set(all.map(({ metadata }) => metadata.namespace))).toEqual(new Set([environment]))
  })

  test.each(ways)('%s, by %s: two renders are the same', async (environment, way) => {
    expect(await render(environment, way)).toEqual(await render(environment, way))
  })

  test.each(ways)('%s, by %s: no state: no claim, no volume but a bounded /tmp', async (environment, way) => {
    const all = await render(environment, way)
    expect(all.map(({ kind }) => kind)).not.toContain('PersistentVolumeClaim')
    for (const owner of all.filter(({ kind }) => kind === 'Deployment' || kind === 'Job'))
      expect(templateOf(owner).spec.volumes).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: '32Mi' } }])
  })

  test.each(ways)(
    '%s, by %s: only the smoke test is a hook, and is there until the next or its success',
    async (environment, way) => {
      const hooks = (await render(environment, way)).filter(
        ({ metadata }) => metadata.annotations?.['argocd.argoproj.io/hook'] !== undefined,
      )
      expect(hooks.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual(['Job/shop-smoke-test'])
      expect(hooks[0]?.metadata.annotations).toMatchObject({
        'argocd.argoproj.io/hook': 'PostSync',
        'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation,HookSucceeded',
      })
    },
  )

  test.each(ways)('%s, by %s: what pods refer to is rendered too, or optional', async (environment, way) => {
    const all = [
      ...(await render(environment, way)),
      ...(environment === 'staging' ? await buildOverlay('extras/staging') : []),
    ]
    const names = all.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    const sources = templateOf(find(all, 'Deployment')).spec.containers.flatMap(({ envFrom }) => envFrom ?? [])
    expect(sources.length).toBeGreaterThan(0)
    for (const { configMapRef, secretRef } of sources) {
      expect(secretRef).toBeUndefined()
      expect(names).toContain(`ConfigMap/${configMapRef?.name}`)
    }
  })

  test.each(ways)('%s, by %s: pods are spread where there is room, and never wait for it', async (environment, way) => {
    const constraints =
      templateOf(find(await render(environment, way), 'Deployment')).spec.topologySpreadConstraints ?? []
    expect(constraints).toHaveLength(2)
    for (const each of constraints)
      expect(each).toMatchObject({ whenUnsatisfiable: 'ScheduleAnyway', matchLabelKeys: ['pod-template-hash'] })
  })

  test.each(ways)('%s, by %s: the Service is for the cluster', async (environment, way) => {
    expect(find(await render(environment, way), 'Service').spec?.['type']).toBe('ClusterIP')
  })

  test.each(['chart', 'overlay'] as const)(
    'by %s: the autoscaler has something to measure and room to act',
    async (way) => {
      const all = await render('production', way)
      const { minReplicas, maxReplicas } = find(all, 'HorizontalPodAutoscaler').spec as {
        minReplicas: number
        maxReplicas: number
      }
      expect(minReplicas).toBeLessThan(maxReplicas)
      expect(templateOf(find(all, 'Deployment')).spec.containers[0]?.resources.requests['cpu']).toBeDefined()
    },
  )

  test.each(['chart', 'overlay'] as const)('by %s: the budget lets a node be drained', async (way) => {
    const all = await render('production', way)
    expect(find(all, 'PodDisruptionBudget').spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    })
    expect((await render('staging', way)).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget')
  })
})

// Everything that can be switched on is on; what excludes something else is set with it below.
const ALL_ON = ['autoscaling.enabled', 'ingress.enabled', 'serviceMonitor.enabled']
  .map((path) => `${path}=true`)
  .join(',')
// Values that only a certain text can replace, and what has to be set beside them.
const REPLACEMENTS: Readonly<Record<string, readonly [json: string, beside?: string]>> = {
  replicas: ['3', 'autoscaling.enabled=false'],
  'autoscaling.minReplicas': ['2'],
  'config.dependencyURL': ['"http://other"'],
  'config.extraConfigMap': ['"other"'],
  'config.logLevel': ['"warn"'],
  'environment.colour': ['"#000000"'],
  'image.commit': [`"${'3'.repeat(40)}"`],
  'image.pullPolicy': ['"Always"'],
  'externalSecret.storeKind': ['"SecretStore"', 'externalSecret.enabled=true'],
  existingSecret: ['"other"'],
  imagePullSecrets: ['["other"]'],
  'ingress.tlsSecret': ['"other"'],
  'ingress.annotations': ['{"a":"b"}'],
  'networkPolicy.httpFrom': ['[{"podSelector":{}}]'],
  'networkPolicy.managementFrom': ['[]'],
  'networkPolicy.egress': ['[{"ports":[{"port":5432}]}]'],
  'serviceMonitor.labels': ['{"a":"b"}'],
}

describe.skipIf(!helm)('the values (needs helm in PATH or PEERS_BIN)', () => {
  const defaults = parse(readFileSync(join(STARTER, 'deploy/chart/values.yaml'), 'utf8')) as Record<string, unknown>
  const paths = [...leaves(defaults).keys()].map((path) => path.slice(1).replace(/\[.*$/, ''))

  test('each is read by a template: another value gives another render', async () => {
    const dead: string[] = []
    for (const path of new Set(paths)) {
      if (
        path === 'releaseHint' ||
        path === 'image.digest' ||
        path.endsWith('.enabled') ||
        path === 'config.workEndpoint'
      )
        continue
      const [json, beside = path.startsWith('externalSecret') ? 'externalSecret.enabled=true' : ALL_ON] = REPLACEMENTS[
        path
      ] ?? [another(path)]
      const common = ['--set', `${ALL_ON},${beside}`]
      const [before, after] = await Promise.all([
        renderChart('staging', common),
        renderChart('staging', [...common, '--set-json', `${path}=${json}`]),
      ])
      if (JSON.stringify(before) === JSON.stringify(after)) dead.push(path)
    }
    expect(dead).toEqual([])
    const hint = await tryRenderChart('staging', ['--set', 'image.digest=,releaseHint=ask somebody'])
    expect(hint.stderr).toContain('ask somebody')
  }, 120_000)

  /** A number one higher; a quantity or time with another number; any other text with a letter more. */
  function another(path: string): string {
    const value = leaves(defaults).get(`.${path}`)
    if (typeof value === 'number') return String(value + 1)
    const text = String(value)
    return JSON.stringify(
      /^\d+\D+$/.test(text) ? text.replace(/^\d+/, (digits) => String(Number(digits) + 1)) : `${text}x`,
    )
  }
})
