import { checkIgnoreRules } from '@slipway/gitops'
import { load } from '@slipway/yaml'
import { application, CONFIG_MAP } from './applications.ts'
import type { Example, Room } from './example.ts'

const BESIDE = { 'argocd/staging.yaml': application(), 'deploy/config.yaml': CONFIG_MAP }

/** Applications, and what they name. */
export const ARGO: Room = {
  title: 'Argo CD',
  page: 'argo-cd',
  examples: [
    rendered(
      'ARGO_BAD_FIELD',
      'A field has a value of another type; the Application is left out. Fields that nobody knows are warnings with the same code.',
      {
        'argocd/production.yaml': application({ name: 'production' }).replace('path: deploy', 'path: 5'),
      },
    ),
    rendered('ARGO_DUPLICATE', 'Two files declare Applications of one name.', {
      'argocd/other.yaml': application({ spec: 'syncPolicy:\n  automated: {}' }),
    }),
    rendered('ARGO_APPLICATION_SET', 'An ApplicationSet is committed.', {
      'argocd/set.yaml': `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: shops
spec:
  generators: []
`,
    }),
    rendered('ARGO_FOREIGN_CLUSTER', 'An Application deploys elsewhere.', {
      'argocd/production.yaml': application({ name: 'production', server: 'https://production.example.com' }),
    }),
    rendered('ARGO_HYDRATOR', 'An Application uses the source hydrator.', {
      'argocd/production.yaml': application({
        name: 'production',
        spec: 'sourceHydrator:\n  drySource:\n    repoURL: https://github.com/acme/shop.git\n    path: deploy\n    targetRevision: master',
      }),
    }),
    rendered('ARGO_PLUGIN', 'An Application renders with a config management plug-in.', {
      'argocd/production.yaml': application({ name: 'production' }).replace(
        'path: deploy',
        'path: deploy\n    plugin:\n      name: tanka',
      ),
    }),
    rendered(
      'RECONCILER_RENDER',
      'What an Application deploys renders to something that is no object of Kubernetes. Other faults have the code of the renderer that found them.',
      {
        'deploy/Chart.yaml': 'apiVersion: v2\nname: greeting\nversion: 1.0.0\n',
        'deploy/templates/config.yaml': CONFIG_MAP.replace('kind: ConfigMap\n', ''),
      },
    ),
    rendered('RECONCILER_SOURCE', 'The folder that an Application deploys is not in the commit.', {
      'argocd/staging.yaml': application().replace('path: deploy', 'path: deploy/staging'),
    }),
    rendered('RECONCILER_UNSUPPORTED', 'A folder has files that nothing here can render.', {
      'deploy/config.jsonnet': "{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'greeting' } }\n",
    }),
    ignored(
      'GITOPS_BAD_POINTER',
      'A pointer of `ignoreDifferences` is written as a path with dots.',
      'jsonPointers:\n      - spec.replicas',
    ),
    ignored('GITOPS_JQ_PATH', 'A jq path stands in `ignoreDifferences`.', 'jqPathExpressions:\n      - .spec.replicas'),
  ],
}

type Files = Readonly<Record<string, string>>

function rendered(code: string, when: string, files: Files): Example {
  return { code, when, files, beside: BESIDE, committed: true, command: 'slipway render staging' }
}

function ignored(code: string, when: string, rule: string): Example {
  const text = `spec:\n  ignoreDifferences:\n  - group: apps\n    kind: Deployment\n    ${rule}\n`
  return {
    code,
    when,
    files: { 'argocd/staging.yaml': text },
    run: (_, file) => {
      const { spec } = load(file, { dialect: 'sigs' }) as unknown as {
        spec: { ignoreDifferences: Parameters<typeof checkIgnoreRules>[0] }
      }
      checkIgnoreRules(spec.ignoreDifferences)
    },
  }
}
