import { execFileSync } from 'node:child_process'
import { statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { nodeEnvironment } from '@slipway/chart/node'
import { fromJs, FunctionTable, type Limits, TemplateSet } from '@slipway/gotemplate'
import { sprigFunctions } from '@slipway/sprig'
import { parseWorkflow } from '@slipway/workflows'
import { dump, load } from '@slipway/yaml'
import { application, CONFIG_MAP } from './applications.ts'
import type { Example, Room } from './example.ts'

const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n'
const FUNCTIONS = new FunctionTable(sprigFunctions(nodeEnvironment()))
const BESIDE = { 'argocd/staging.yaml': application(), 'deploy/config.yaml': CONFIG_MAP }
type Files = Readonly<Record<string, string>>

/** Charts, the template language under them and the YAML under that. */
export const CHARTS: Room = {
  title: 'Helm, templates and YAML',
  page: 'helm-templates-and-yaml',
  examples: [
    helm(
      'CHART_LOAD',
      'A folder that is no chart, or a file in it that cannot be loaded.',
      { 'web/values.yaml': 'replicas: 1\n' },
      {},
    ),
    helm(
      'CHART_METADATA',
      'Chart.yaml lacks what every chart has.',
      { 'web/Chart.yaml': 'apiVersion: v2\nname: web\n' },
      {},
    ),
    {
      code: 'CHART_ARCHIVE',
      when: 'A packaged chart is damaged; here the second half of `web-1.0.0.tgz` did not come.',
      beside: { 'web/Chart.yaml': CHART },
      prepare: ({ directory }) => {
        execFileSync('tar', ['czf', 'web-1.0.0.tgz', 'web'], { cwd: directory })
        const archive = join(directory, 'web-1.0.0.tgz')
        truncateSync(archive, Math.floor(statSync(archive).size / 2))
      },
      command: 'slipway helm template shop web-1.0.0.tgz',
    },
    helm('CHART_VALUES', 'A values file or a `--set` cannot be read.', {}, { flags: ' --set image.tag[=1' }),
    helm('CHART_SCHEMA', 'A value is not what values.schema.json asks for.', {
      'web/values.yaml': 'replicas: two\n',
      'web/values.schema.json': '{ "properties": { "replicas": { "type": "integer" } } }\n',
    }),
    helm(
      'CHART_KUBE_VERSION',
      'The chart is for another version of Kubernetes.',
      { 'web/Chart.yaml': `${CHART}kubeVersion: ">=1.99.0"\n` },
      {},
    ),
    helm('CHART_TEMPLATE', 'A template cannot be parsed, or fails while it runs.', {
      'web/values.yaml': 'replicas: 1\n',
      'web/templates/pod.yaml': 'image: {{ .Values.image.tag }}\n',
    }),
    helm('CHART_MANIFEST', 'What a template prints is no YAML.', {
      'web/templates/pod.yaml': 'kind: Pod\nmetadata:\n  name: web\n labels: {}\n',
    }),
    helm('CHART_LIMIT', 'A chart makes more than any chart should.', {
      'web/templates/pod.yaml': 'kind: {{ repeat 100000000 "Pod" }}\n',
    }),
    template('TEMPLATE_PARSE', 'A template is no template.', 'Hello {{ .name'),
    template('TEMPLATE_EXEC', 'An action fails.', 'Hello {{ index .names 3 }}'),
    template(
      'TEMPLATE_OUTPUT',
      'More is printed than is allowed; here 1000 characters are.',
      '{{ range $at := until 1000 }}line {{ $at }}\n{{ end }}',
      { output: 1000 },
    ),
    template(
      'TEMPLATE_DEPTH',
      'A template calls itself without end.',
      '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}',
    ),
    template(
      'TEMPLATE_STEPS',
      'More is done than is allowed; here 1000 steps are.',
      '{{ range until 100000 }}{{ end }}',
      { steps: 1000 },
    ),
    {
      ...template(
        'TEMPLATE_TIME',
        'It takes longer than is allowed; here 5 ms are.',
        '{{ range until 1000000 }}{{ range until 10 }}{{ end }}{{ end }}',
        { time: 5, clock: () => performance.now() },
      ),
      // Where it is by then is a matter of chance.
      masks: [[/:1:\d+: executing "greeting" at <.*?>/, ':1:40: executing "greeting" at <10>']],
    },
    template('TEMPLATE_SIZE', 'A function makes a value larger than any should be.', '{{ until 1000000000 }}'),
    declared('YAML_SYNTAX', 'A file is no YAML: here a bracket is not closed.', {
      'argocd/production.yaml': application({ name: 'production' }).replace('path: deploy', 'path: [deploy'),
    }),
    {
      code: 'YAML_DUPLICATE_KEY',
      when: 'A map has a key twice, in a file where that is a fault. Manifests of Kubernetes take the last one.',
      files: {
        '.github/workflows/ci.yaml': 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\non: pull_request\n',
      },
      run: (_, text) => parseWorkflow(text, '.github/workflows/ci.yaml').diagnostics,
    },
    yaml('YAML_VALUE', 'A value is not what its tag says.', 'replicas: !!int many\n'),
    yaml('YAML_LIMIT', 'Each line has the one above nine times: nine lines would be half a billion values.', bomb(9)),
    {
      code: 'YAML_DUMP',
      when: 'A program that uses `@slipway/yaml` writes a number that JSON has no form for, such as infinity.',
      run: () => dump({ limit: Number.POSITIVE_INFINITY }, { dialect: 'sigs' }),
    },
  ],
}

function helm(code: string, when: string, files: Files, { flags = '' }: { flags?: string } = {}): Example {
  const beside = code === 'CHART_LOAD' ? {} : { 'web/Chart.yaml': CHART }
  return { code, when, files, beside, command: `slipway helm template shop web${flags}` }
}

function template(code: string, when: string, input: string, limits: Limits = {}): Example {
  const run = (_: unknown, text: string): string => {
    const set = new TemplateSet({ functions: FUNCTIONS })
    set.parse('greeting', text)
    return set.execute('greeting', fromJs({ name: 'Ann', names: ['Ann'] }), limits)
  }
  return { code, when, input, run }
}

function declared(code: string, when: string, files: Files): Example {
  return { code, when, files, beside: BESIDE, committed: true, command: 'slipway render staging' }
}

function yaml(code: string, when: string, text: string): Example {
  return {
    code,
    when,
    files: { 'values.yaml': text },
    run: (_, file) => load(file, { dialect: 'sigs', file: 'values.yaml' }),
  }
}

function bomb(lines: number): string {
  const line = (at: number): string =>
    at === 0 ? 'x, x, x, x, x, x, x, x, x' : Array.from({ length: 9 }, () => `*a${at - 1}`).join(', ')
  return Array.from({ length: lines }, (_, at) => `a${at}: &a${at} [${line(at)}]\n`).join('')
}
