import { CONFIG_MAP } from './applications.ts'
import type { Example, Room } from './example.ts'

const BESIDE = { 'config.yaml': CONFIG_MAP }

/** Builds of kustomizations, as a terminal shows them. */
export const KUSTOMIZE: Room = {
  title: 'Kustomize',
  page: 'kustomize',
  examples: [
    built('KUSTOMIZE_FILE', 'A file that a kustomization names is not there.', {
      'kustomization.yaml': 'resources:\n- config.yaml\n- sevice.yaml\n',
    }),
    built('KUSTOMIZE_BUILD', 'A field has nothing to change; also for fields that no kustomization has.', {
      'kustomization.yaml': 'resources:\n- config.yaml\nreplicas:\n- name: shop\n  count: 2\n',
    }),
    built(
      'KUSTOMIZE_CYCLE',
      'Two kustomizations name one another.',
      {
        'base/kustomization.yaml': 'resources:\n- ../overlay\n',
        'overlay/kustomization.yaml': 'resources:\n- ../base\n',
      },
      'overlay',
    ),
    built(
      'KUSTOMIZE_SECURITY',
      'A file above the folder of the kustomization is named.',
      {
        'overlay/kustomization.yaml': 'resources:\n- ../config.yaml\n',
      },
      'overlay',
    ),
    built('KUSTOMIZE_PLUGIN', 'A kustomization inflates a chart, and nobody asked for that.', {
      'kustomization.yaml': 'helmCharts:\n- name: web\n  repo: https://charts.example.com\n',
    }),
    {
      ...built('KUSTOMIZE_REMOTE', 'A base of another repository cannot be fetched; what git says follows.', {
        'kustomization.yaml': 'resources:\n- git::file:///nonexistent/bases.git//web\n',
      }),
      masks: [[/failed to run \S+/, 'failed to run git']],
    },
    built('KUSTOMIZE_LIMIT', 'A patch copies what it has copied, again and again.', {
      'kustomization.yaml': `resources:\n- config.yaml\npatches:\n- target:\n    kind: ConfigMap\n  patch: |-\n${doubling(17)}`,
    }),
    {
      code: 'KUSTOMIZE_DEPRECATED',
      when: 'A kustomization has a field of an older kustomize; it still works.',
      files: { 'kustomization.yaml': 'bases:\n- base\n' },
      command: 'slipway kustomize edit fix',
    },
  ],
}

function built(code: string, when: string, files: Readonly<Record<string, string>>, folder = '.'): Example {
  return { code, when, files, beside: BESIDE, command: `slipway kustomize build ${folder}` }
}

function doubling(times: number): string {
  return Array.from({ length: times }, (_, at) => `    - {op: copy, from: /data, path: /data/copy${at}}\n`).join('')
}
