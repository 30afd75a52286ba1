import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { helm, kustomize } from './support/render.ts'
import { KUBERNETES_VERSION, output, run, temporary, tool, yq } from './support/starter.ts'
import { toolbox } from './support/toolbox.ts'

const env = { ...toolbox(), KUBERNETES_VERSION }

describe.skipIf(!helm || !kustomize || !yq || !tool('kube-score'))(
  'the policies (need helm, kustomize, yq v4 and kube-score)',
  () => {
    test('all rendered objects keep them', async () => {
      const rendered = temporary()
      await output('bash', ['.github/scripts/render.sh', rendered], { env })
      const result = await run('bash', ['.github/scripts/policy.sh', rendered], { env })
      expect(result).toMatchObject({ status: 0, stdout: '' })
    })

    const WRONG: readonly (readonly [string, string])[] = [
      [
        'an image without digest: Job/a',
        '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"a","image":"a:latest"}]}}}}',
      ],
      ['a Secret in git: Secret/a', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}'],
      ['a Namespace (Argo CD makes it): Namespace/a', '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}'],
      [
        'a Service that is open to the outside: Service/a',
        '{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"type":"LoadBalancer"}}',
      ],
      [
        'an Ingress to the management port: Ingress/a',
        '{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"a"},"spec":{"rules":[{"http":{"paths":[{"backend":{"service":{"name":"a","port":{"name":"management"}}}}]}}]}}',
      ],
      [
        'No resources',
        '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"a","image":"a"}]}}',
      ],
    ]
    test.each(WRONG.slice(0, -1))('%s', async (message, object) => {
      const folder = temporary()
      writeFileSync(join(folder, 'object.yaml'), `${object}\n`)
      const result = await run('bash', ['.github/scripts/policy.sh', folder], { env })
      expect(result.status).toBe(1)
      expect(result.stdout).toContain(`::error::${message} in `)
    })

    test("kube-score's findings count", async () => {
      const folder = temporary()
      writeFileSync(join(folder, 'object.yaml'), `${WRONG.at(-1)?.[1]}\n`)
      const result = await run('bash', ['.github/scripts/policy.sh', folder], { env })
      expect(result.status).toBe(1)
      expect(result.stdout).toContain('[CRITICAL] a v1/Pod')
    })
  },
)
