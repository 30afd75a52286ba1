// Writes docs/compatibility.md from what the packages say of themselves: their compatibility.json, the table of pod fields that the node enforces, and the subresources that the API refuses.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { read, ROOT } from './lib.mjs'

const PAGE = join(ROOT, 'docs/compatibility.md')
const WIDTH = 180

// The page: headings, and parts of packages by their names.
const OUTLINE = [
  '# Compatibility',
  '<!-- Written by: node tools/compatibility.mjs -->',
  'What Slipway accepts it treats as the real tool does. What it does not support it refuses by name, or stores and names.',
  '## Kubernetes',
  { package: 'apiserver', part: 'api' },
  'Refused by the API, by name, with 501:',
  { made: refusals },
  { package: 'node', part: 'pods' },
  { made: podFields },
  { package: 'node', part: 'fields' },
  { package: 'controllers', part: 'scheduler' },
  '### Programs and their ports',
  { package: 'node', part: 'programs' },
  '### Services and names',
  { package: 'proxy', part: 'services' },
  '## Argo CD',
  { package: 'reconciler', part: 'argo' },
  '## Helm and Kustomize',
  { package: 'chart', part: 'charts' },
  '## Docker',
  { package: 'images', part: 'docker' },
  '## Systems',
  { package: 'cluster', part: 'systems' },
]

/** The parts of the packages that the page has: sentences, and tables whose rows may name the test that shows them. */
export function parts() {
  return OUTLINE.filter(({ part }) => part !== undefined).map(({ package: name, part }) => {
    const file = `packages/${name}/compatibility.json`
    return { name, file, part, blocks: JSON.parse(read(file))[part] }
  })
}

/** The page, as it should be today. */
export async function page() {
  const versions = versionsOf(read('conformance/peers/build'), JSON.parse(read('package.json')))
  const known = parts()
  const blocks = OUTLINE.map((entry) => {
    if (typeof entry === 'string') return entry
    if (entry.made !== undefined) return entry.made()
    const { blocks } = known.find(({ name, part }) => name === entry.package && part === entry.part)
    return blocks
      .map((block) => (typeof block === 'string' ? wrap(filled(block, versions)) : table(block)))
      .join('\n\n')
  })
  return `${(await Promise.all(blocks)).join('\n\n')}\n`
}

async function podFields() {
  const { PROCESS_OUTCOMES } = await source('packages/node/src/pod/outcomes.ts')
  const rows = PROCESS_OUTCOMES.map(({ field, outcome, note = '' }) => ({ cells: [`\`${field}\``, outcome, note] }))
  return table({ head: ['field of the pod', 'outcome', ''], rows })
}

async function refusals() {
  const { REFUSED, WEBHOOKS_REFUSED } = await source('packages/apiserver/src/subresources/refusals.ts')
  const rows = Object.entries(REFUSED).map(([name, why]) => ({ cells: [`\`${name}\``, why] }))
  return table({ head: ['request', 'why, and what to do instead'], rows: [{ cells: WEBHOOKS_REFUSED }, ...rows] })
}

async function source(path) {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, path)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}

function table({ head, rows }) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(({ cells }) => line(cells))].join('\n')
}

// `{helm}` and such are the versions that are compared with.
function filled(text, versions) {
  return text.replaceAll(/\{(\w+)\}/g, (all, name) => {
    if (versions[name] === undefined) throw new Error(`no version is known as ${all}`)
    return versions[name]
  })
}

function versionsOf(peers, { engines }) {
  const built = (pattern) => pattern.exec(peers)[1]
  return {
    helm: built(/helm\/v4\/cmd\/helm@v([\d.]+)/),
    helm3: built(/helm\/v3\/cmd\/helm@v([\d.]+)/),
    kustomize: built(/kustomize\/v5@v([\d.]+)/),
    kubernetes: built(/^build_kubectl kubectl (\d+\.\d+)/m),
    node: /[\d.]+/.exec(engines.node)[0],
  }
}

function wrap(text) {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== '' && last.length + word.length >= WIDTH) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.join('\n')
}

if (process.argv[1]?.endsWith('compatibility.mjs')) writeFileSync(PAGE, await page())
