import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { helm, kustomize } from './support/render.ts'
import { ENVIRONMENTS, KUBERNETES_VERSION, output, run, STARTER, temporary, tool, yq } from './support/starter.ts'
import { toolbox } from './support/toolbox.ts'

const kubeconform = tool('kubeconform')
const SCHEMAS = [
  '-strict',
  '-summary',
  '-kubernetes-version',
  KUBERNETES_VERSION,
  '-schema-location',
  'deploy/schemas/{{.ResourceKind}}{{.KindSuffix}}.json',
]

describe.skipIf(!helm || !kustomize || !kubeconform || !yq)(
  'the schemas (need helm, kustomize, kubeconform and yq v4)',
  () => {
    test('every object of the starter is valid, by a schema that comes with it', async () => {
      const rendered = temporary()
      await output('bash', ['.github/scripts/render.sh', rendered], { env: { ...toolbox(), KUBERNETES_VERSION } })
      const result = await run(kubeconform ?? '', [...SCHEMAS, rendered, 'argocd'])
      expect(result.stdout).toMatch(/Invalid: 0, Errors: 0, Skipped: 0/)
      expect(result.status).toBe(0)
    })

    test('so are the optional ones', async () => {
      const all = ['serviceMonitor', 'externalSecret', 'ingress', 'autoscaling']
        .map((name) => `${name}.enabled=true`)
        .join(',')
      const digest = `image.digest=sha256:${'0'.repeat(64)}`
      for (const environment of ENVIRONMENTS) {
        const text = await output(helm ?? '', [
          'template',
          'shop',
          'deploy/chart',
          '--kube-version',
          KUBERNETES_VERSION,
          '--values',
          `deploy/environments/${environment}/values.yaml`,
          '--set',
          `${all},${digest},existingSecret=keys,imagePullSecrets={ghcr},config.dependencyURL=http://db`,
        ])
        const result = await run(kubeconform ?? '', [...SCHEMAS, '-'], { input: text })
        expect(result.stdout).toMatch(/Invalid: 0, Errors: 0, Skipped: 0/)
      }
    })

    test('a wrong field is found', async () => {
      const file = join(temporary(), 'service.yaml')
      writeFileSync(
        file,
        readFileSync(join(STARTER, 'deploy/kustomize/base/service.yaml'), 'utf8').replace('targetPort', 'targetport'),
      )
      expect((await run(kubeconform ?? '', [...SCHEMAS, file])).status).toBe(1)
    })
  },
)
