// Times builds of many resources, each doubling, in milliseconds of processor time (the least of some), so that what else the machine does counts less:
// node conformance/kustomize/scale.mjs [most sets of four, 4000 by default]
import { buildOurs, loadPackage } from './ours.mjs'
import { memoryTree } from './memory.mjs'
import { chanceFrom } from './random/chance.mjs'

const most = Number(process.argv[2] ?? 4000)
const library = await loadPackage()
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
  const times = []
  for (let count = 250; count <= most; count *= 2) times.push([count * 4, time(shape(documents(count)), count * 4)])
  const growth = times.slice(1).map(([, each], at) => (each / times[at][1]).toFixed(2))
  console.log(
    `${name}: ${times.map(([count, each]) => `${count} in ${Math.round(each)} ms`).join(', ')}; growth ${growth.join(' ')}`,
  )
}

function time(files, resources) {
  const tree = memoryTree(files)
  // Small builds are over before the compiler has done its part: they come more often.
  const times = Array.from({ length: resources <= 4000 ? 12 : 5 }, () => {
    const start = process.cpuUsage()
    const built = buildOurs(library, tree, '')
    if (!built.ok) throw built.error
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  })
  return Math.min(...times)
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
