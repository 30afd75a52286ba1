// Times builds of many resources, each doubling, in milliseconds, on a quiet machine: node conformance/kustomize/scale.mjs [most sets of four, 4000 by default] [shape]
import { buildOurs, loadPackage } from './ours.mjs'
import { memoryTree } from './memory.mjs'
import { chanceFrom } from './random/chance.mjs'

const most = Number(process.argv[2] ?? 4000)
const library = await loadPackage()
const ROUNDS = 7
const FIELDS = 'namePrefix: pre-\nnamespace: space\ncommonLabels: {team: a}\n'

const SHAPES = {
  'one file': (sets) => oneFile(sets, FIELDS),
  shuffled: (sets) => oneFile(chanceFrom(1).shuffle(sets), FIELDS),
  'as many files': (sets) => ({
    'kustomization.yaml': `resources: [${sets.map((_, at) => `f${at}.yaml`).join(', ')}]\n${FIELDS}`,
    ...Object.fromEntries(sets.map((text, at) => [`f${at}.yaml`, text])),
  }),
  '100 namespaces': (sets) =>
    oneFile(
      sets.map((text, at) => text.replace('metadata:\n', `metadata:\n  namespace: ns-${Math.floor(at / 4) % 100}\n`)),
      'namePrefix: pre-\ncommonLabels: {team: a}\n',
    ),
  'label-selector patches': (sets) =>
    oneFile(
      sets,
      `${FIELDS}patches:\n${Array.from({ length: 10 }, (_, at) => `- target: {labelSelector: shard=s${at}}\n  patch: '[{"op": "add", "path": "/metadata/annotations", "value": {"p": "p${at}"}}]'\n`).join('')}`,
    ),
}

for (const [name, shape] of Object.entries(SHAPES)) {
  if (name !== (process.argv[3] ?? name)) continue
  const sizes = []
  for (let count = 250; count <= most; count *= 2)
    sizes.push({ resources: count * 4, tree: memoryTree(shape(documents(count))), times: [] })
  measure(sizes)
  const growth = sizes
    .slice(1)
    .map(({ times }, at) => median(times.map((each, round) => each / sizes[at].times[round])))
  const shown = sizes.map(({ resources, times }) => `${resources} in ${Math.round(median(times))} ms`)
  console.log(`${name}: ${shown.join(', ')}; growth ${growth.map((each) => each.toFixed(2)).join(' ')}`)
}

/** Each round builds every size, and compares with the size before it in the same round: what slows the machine down for a while slows both. */
function measure(sizes) {
  // The first builds are those of the compiler.
  for (let warm = 0; warm < 12; warm++) time(sizes[0].tree)
  for (let round = 0; round < ROUNDS; round++) {
    for (const { resources, tree, times } of sizes) {
      // What is left of a large build is cleared away in the small ones after it.
      const each = Array.from({ length: resources <= 4000 ? 4 : 1 }, () => time(tree))
      times.push(median(each.slice(-3)))
    }
  }
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]
}

function time(tree) {
  // Not the processor's time: threads that help to clear memory wait by spinning, as long as they like.
  const start = performance.now()
  const built = buildOurs(library, tree, '')
  if (!built.ok) throw built.error
  return performance.now() - start
}

function oneFile(sets, fields) {
  return { 'kustomization.yaml': `resources: [all.yaml]\n${fields}`, 'all.yaml': sets.join('---\n') }
}

function documents(count) {
  return Array.from({ length: count }, (_, at) => [
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-${at}\n  labels: {shard: s${at % 10}}\nspec:\n  selector:\n    matchLabels: {app: app-${at}}\n  template:\n    metadata:\n      labels: {app: app-${at}}\n    spec:\n      serviceAccountName: sa-${at}\n      containers:\n      - name: main\n        image: nginx:1\n        envFrom:\n        - configMapRef: {name: cm-${at}}\n`,
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: svc-${at}\nspec:\n  selector: {app: app-${at}}\n  ports:\n  - port: 80\n`,
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm-${at}\ndata:\n  key: value-${at}\n`,
    `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: sa-${at}\n`,
  ]).flat()
}
