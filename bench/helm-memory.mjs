// Renders a chart 10,000 times and prints the resident memory after 1,000 and after all of them, in MiB: node --expose-gc bench/helm-memory.mjs CHART
import { filesUnder, renderer } from './helm-renderer.mjs'

const { open, render } = await renderer()
const chart = open(filesUnder(process.argv[2]))
const early = after(0, 1000)
process.stdout.write(JSON.stringify({ early, late: after(1000, 10_000) }))

function after(from, to) {
  for (let number = from; number < to; number++) render(chart, number, number % 2 === 0)
  globalThis.gc()
  return process.memoryUsage.rss() / 2 ** 20
}
