// Records what real helm answers to the charts in tables/charts.json: HELM=helm4 node conformance/helm/record.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runHelm, writeChart } from './lib.mjs'

const cases = JSON.parse(readFileSync(new URL('tables/charts.json', import.meta.url), 'utf8'))
const rows = cases.map(({ name, files, args }) => {
  const { code, stdout, stderr } = runHelm(
    [process.env.HELM ?? 'helm'],
    ['template', 'rel', '.', ...args],
    writeChart(files),
  )
  const answer = code === 0 ? { output: stdout } : { error: errorOf(stderr) }
  return { name, files, args, ...answer }
})
const target = fileURLToPath(new URL('../../packages/chart/test/recorded/charts.json', import.meta.url))
writeFileSync(target, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`)

/** The message without what is logged before it. */
function errorOf(stderr) {
  return stderr
    .slice(stderr.indexOf('Error: ') + 'Error: '.length)
    .replace(/\n\nUse --debug flag to render out invalid YAML\n$/, '')
    .trimEnd()
}
