// Records what real helm 4 and 3 answer to the charts in tables/charts.json: HELM=helm4 HELM3=helm3 node conformance/helm/record.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runHelm, writeChart } from './lib.mjs'

const cases = JSON.parse(readFileSync(new URL('tables/charts.json', import.meta.url), 'utf8'))
record(process.env.HELM ?? 'helm', 'charts')
if (process.env.HELM3 !== undefined) record(process.env.HELM3, 'charts-helm3')

function record(helm, table) {
  const rows = cases.map(({ name, files, args }) => {
    const { code, stdout, stderr } = runHelm(
      [helm],
      ['template', 'rel', '.', ...kubeVersion(args), ...args],
      writeChart(files),
    )
    const answer = code === 0 ? { output: stdout } : { error: errorOf(stderr) }
    return { name, files, args, ...answer }
  })
  const target = fileURLToPath(new URL(`../../packages/chart/test/recorded/${table}.json`, import.meta.url))
  writeFileSync(target, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`)
}

/** What a helm assumes without a cluster depends on how it was built. */
function kubeVersion(args) {
  return args.includes('--kube-version') ? [] : ['--kube-version', 'v1.37.0']
}

/** The message without what is logged before it. */
function errorOf(stderr) {
  return stderr
    .slice(stderr.indexOf('Error: ') + 'Error: '.length)
    .replace(/\n\nUse --debug flag to render out invalid YAML\n$/, '')
    .trimEnd()
}
