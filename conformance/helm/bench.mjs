// Times warm renderings in one process, with and without origins: node conformance/helm/bench.mjs CHART...
import { loadOurs } from './ours.mjs'

const ours = await loadOurs()
for (const chart of process.argv.slice(2))
  console.log(JSON.stringify({ chart: chart.split('/').at(-1), ...ours.time(chart) }))
