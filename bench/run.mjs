// `npm run bench [NAME ...]`: figures as ratios, each against the real tool or the limit in the same run. Machines are noisy: the ratio is the verdict.
import { build } from '../tools/build.mjs'

const BENCHES = {
  writes: () => import('./writes.mjs'),
  watch: () => import('./watch.mjs'),
  applications: () => import('./applications.mjs'),
  up: () => import('./up.mjs'),
  helm: () => import('./helm.mjs'),
}
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  process.stderr.write(`there is no bench ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}\n`)
  process.exit(2)
}
await build()
for (const [name, open] of Object.entries(BENCHES)) {
  if (wanted.length === 0 || wanted.includes(name)) await (await open()).run()
}
