import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { find, helm, helms, leaves, renderChart, tryRenderChart, valueFiles } from './support/render.ts'
import { ENVIRONMENTS, KUBERNETES_VERSION, NO_DIGEST, run, STARTER } from './support/starter.ts'

const defaults = parse(readFileSync(join(STARTER, 'deploy/chart/values.yaml'), 'utf8')) as Record<string, unknown>
const schema = JSON.parse(readFileSync(join(STARTER, 'deploy/chart/values.schema.json'), 'utf8')) as Schema
const switches = [...leaves(defaults)].filter(([, value]) => typeof value === 'boolean').map(([path]) => path.slice(1))

describe.skipIf(!helm)('the chart (needs helm in PATH or PEERS_BIN)', () => {
  test.each(helms.flatMap((program) => ENVIRONMENTS.map((environment) => [program, environment] as const)))(
    '%s lint --strict, %s',
    async (program, environment) => {
      const result = await run(program, [
        'lint',
        '--strict',
        'deploy/chart',
        ...valueFiles(environment),
        '--set',
        `image.digest=${NO_DIGEST}`,
        '--kube-version',
        KUBERNETES_VERSION,
      ])
      expect(result.stdout + result.stderr).toContain('1 chart(s) linted, 0 chart(s) failed')
      expect(result.status).toBe(0)
    },
  )

  test('every boolean of the schema is a switch of the values', () => {
    expect(switches).toEqual(booleansOf(schema))
    expect(switches.length).toBeGreaterThan(6)
  })

  test.each(helms.flatMap((program) => ENVIRONMENTS.map((environment) => [program, environment] as const)))(
    '%s lint --strict and template, %s, with each boolean on and off',
    async (program, environment) => {
      const common = [
        ...valueFiles(environment),
        '--kube-version',
        KUBERNETES_VERSION,
        '--set',
        `image.digest=${NO_DIGEST}`,
      ]
      for (const flip of switches.flatMap((path) => [`${path}=true`, `${path}=false`])) {
        for (const verb of [
          ['lint', '--strict'],
          ['template', 'shop'],
        ]) {
          const result = await run(program, [...verb, 'deploy/chart', ...common, '--set', flip])
          expect(result.status, `${verb[0]} --set ${flip}\n${result.stdout}${result.stderr}`).toBe(0)
        }
      }
    },
    120_000,
  )

  test('all helms render the same objects', async () => {
    for (const environment of ENVIRONMENTS) {
      const [first, ...others] = await Promise.all(helms.map((program) => renderChart(environment, [], program)))
      for (const other of others) expect(other).toEqual(first)
    }
  })

  test.each(ENVIRONMENTS.flatMap((environment) => switches.map((path) => [environment, path] as const)))(
    '%s renders with %s flipped, and not the same',
    async (environment, path) => {
      const before = (await renderChart(environment)).map((object) => JSON.stringify(object))
      const [on, off] = await Promise.all([
        renderChart(environment, ['--set', `${path}=true`]),
        renderChart(environment, ['--set', `${path}=false`]),
      ])
      const [a, b] = [on, off].map((all) => all.map((object) => JSON.stringify(object)))
      expect([a, b]).toContainEqual(before)
      // One pod has no use for a budget: staging leaves it out either way.
      if (path === 'podDisruptionBudget.enabled' && environment === 'staging') expect(a).toEqual(b)
      else expect(a).not.toEqual(b)
    },
  )

  test.each([
    ['staging', 'no image released to staging yet: push to stg'],
    ['production', 'no image released to production yet: promote staging'],
  ] as const)('%s does not render before its first release', async (environment, message) => {
    const result = await tryRenderChart(environment, ['--set', 'image.digest='])
    expect(result.status).not.toBe(0)
    expect(result.stderr).toContain(message)
  })

  const REFUSED: readonly (readonly [string, string])[] = [
    ['termination.grace=15', 'preStop + drain + shutdown = 15 s must be less than grace = 15 s'],
    ['autoscaling.enabled=true,autoscaling.minReplicas=7', 'minReplicas = 7 must be less than maxReplicas = 6'],
    ['image.tag=latest', "'tag' not allowed"],
    ['image.digest=latest', 'image/digest'],
    ['config.password=x', "'password' not allowed"],
    ['config.dependencyURL=http://user:word@host', 'config/dependencyURL'],
    ['replicas=0', 'minimum'],
    ['ports.http=80', 'minimum'],
    ['unknown=1', "'unknown' not allowed"],
  ]
  test.each(REFUSED)('--set %s is refused', async (values, message) => {
    const result = await tryRenderChart('staging', ['--set', values])
    expect(result.status).not.toBe(0)
    expect(result.stderr).toContain(message)
  })

  test('ports may change: probes, Service and policies go by name', async () => {
    const all = await renderChart('staging', [
      '--set',
      'ports.http=3000,ports.management=3001,serviceMonitor.enabled=true,ingress.enabled=true',
    ])
    expect(find(all, 'Service').spec?.['ports']).toEqual([
      { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' },
      { name: 'management', port: 9090, targetPort: 'management', protocol: 'TCP', appProtocol: 'http' },
    ])
    expect(find(all, 'ConfigMap').data).toMatchObject({ PORT: '3000', MANAGEMENT_PORT: '3001' })
    const others = JSON.stringify(all.filter((object) => object.kind !== 'ConfigMap' && object.kind !== 'Deployment'))
    expect(others).not.toMatch(/300[01]|8080/)
    expect(JSON.stringify(find(all, 'Ingress'))).not.toContain('management')
  })

  test('the budget exists from two pods on, whoever sets their number', async () => {
    const kinds = async (set: string) => (await renderChart('staging', ['--set', set])).map((object) => object.kind)
    expect(await kinds('replicas=1')).not.toContain('PodDisruptionBudget')
    expect(await kinds('replicas=2')).toContain('PodDisruptionBudget')
    expect(await kinds('autoscaling.enabled=true')).toContain('PodDisruptionBudget')
  })

  test('with an autoscaler a Deployment starts at its minimum', async () => {
    const production = await renderChart('production')
    expect(find(production, 'Deployment').spec?.['replicas']).toBe(3)
    expect(find(production, 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 3, maxReplicas: 6 })
  })

  test('a changed configuration starts a rollout, a changed image changes nothing else', async () => {
    const template = async (set: string) =>
      find(await renderChart('staging', ['--set', set]), 'Deployment').spec?.['template']
    expect(await template('config.logLevel=warn')).not.toEqual(await template('config.logLevel=info'))
    const [a, b] = await Promise.all(
      ['1', '2'].map((digit) => renderChart('staging', ['--set', `image.digest=sha256:${digit.repeat(64)}`])),
    )
    expect(JSON.stringify(a).replaceAll('1'.repeat(64), '2'.repeat(64))).toBe(JSON.stringify(b))
  })

  test('all pods hold to the restricted Pod Security Standard', async () => {
    const owners = (await renderChart('production')).filter((object) => ['Deployment', 'Job'].includes(object.kind))
    expect(owners).toHaveLength(2)
    for (const owner of owners) {
      expect(owner.spec).toMatchObject({
        template: {
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
              },
            ],
          },
        },
      })
    }
  })

  test("the Service selects the server's pods and not the smoke test's", async () => {
    const all = await renderChart('staging')
    const selector = find(all, 'Service').spec?.['selector']
    const labels = (kind: string, name: string) =>
      leaves((find(all, kind, name).spec as { template: { metadata: unknown } }).template.metadata)
    for (const [path, value] of leaves(selector)) {
      expect(labels('Deployment', 'shop').get(`.labels${path}`)).toBe(value)
    }
    expect(labels('Job', 'shop-smoke-test').get('.labels.app.kubernetes.io/component')).toBe('smoke-test')
    expect(selector).toMatchObject({ 'app.kubernetes.io/component': 'server' })
  })
})

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
}

function booleansOf({ type, properties }: Schema, path = ''): string[] {
  if (type === 'boolean') return [path]
  return Object.entries(properties ?? {}).flatMap(([name, member]) =>
    booleansOf(member, path ? `${path}.${name}` : name),
  )
}
