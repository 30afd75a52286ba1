import { chanceFrom } from './chance.mjs'
import { FIELDS } from './fields.mjs'
import { newObject } from './objects.mjs'
import { applied, usedPaths } from './used.mjs'
import { Raw, write } from './write.mjs'

/**
 * A random tree from a seed: files, the directory to build, the fields that its kustomizations use (`images`, `images.newTag`), and its transformers in
 * the order in which they run.
 */
export function randomTree(seed) {
  const chance = chanceFrom(seed)
  const tree = { files: {}, target: 'base', used: [], order: [] }
  const taken = new Set()
  const state = { generated: new Set(), hasVars: false }
  let layer = baseLayer(tree, chance, { taken, state })
  const overlays = chance.below(3)
  for (let at = 0; at < overlays; at++)
    layer = overlay(tree, chance, { below: layer, name: `overlay${at}`, taken, state })
  tree.target = layer.path
  return tree
}

function layerAt(path, { objects, taken, state }) {
  return { path, objects, taken, files: {}, plugins: [], count: 0, ...state }
}

function baseLayer(tree, chance, { taken, state }) {
  const objects = chance.times(1 + chance.below(5), () => newObject(chance, taken)).filter((each) => each !== undefined)
  const layer = layerAt('base', { objects, taken, state })
  const resources = putObjects(layer, chance, objects)
  finish(tree, chance, { layer, content: { resources }, fields: chance.below(4), state })
  return layer
}

function overlay(tree, chance, { below, name, taken, state }) {
  const fresh = chance.oneIn(3) ? [newObject(chance, taken)].filter((each) => each !== undefined) : []
  const layer = layerAt(name, { objects: [...below.objects, ...fresh], taken, state })
  const own = putObjects(layer, chance, fresh)
  const resources = chance.oneIn(2) ? [`../${below.path}`, ...own] : [...own, `../${below.path}`]
  const content = chance.oneIn(6) && own.length === 0 ? { bases: resources } : { resources }
  if (chance.oneIn(4))
    content.components = [component(tree, chance, { layer, name: `component-${name}`, taken, state })]
  finish(tree, chance, { layer, content, fields: 1 + chance.below(5), state })
  return layer
}

function component(tree, chance, { layer, name, taken, state }) {
  const inner = layerAt(name, { objects: layer.objects, taken, state })
  finish(tree, chance, {
    layer: inner,
    content: { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' },
    fields: 1 + chance.below(3),
    state,
  })
  return `../${name}`
}

function putObjects(layer, chance, objects) {
  if (objects.length === 0) return []
  const texts = objects.map((each) => textOf(each, chance))
  if (chance.oneIn(3)) {
    layer.files['all.yaml'] = (chance.oneIn(2) ? '---\n' : '') + texts.join('---\n')
    return ['all.yaml']
  }
  if (chance.oneIn(12)) {
    layer.files['list.yaml'] = write({ apiVersion: 'v1', kind: 'List', items: objects }, chance)
    return ['list.yaml']
  }
  return texts.map((text, at) => {
    layer.files[`object-${at}.yaml`] = text
    return `object-${at}.yaml`
  })
}

// YAML mostly, JSON at times, and YAML in which two places share a node.
function textOf(object, chance) {
  if (chance.oneIn(12))
    return `${JSON.stringify(object, (_key, value) => (value instanceof Raw ? value.text : value), chance.below(3))}\n`
  const text = write(object, chance, { folded: true })
  if (!chance.oneIn(8)) return text
  return `${text}${chance.pick(ANCHORS)}`
}

const ANCHORS = [
  'shared: &shared {a: 1, b: [x, y]}\nagain: *shared\n',
  'shared: &shared\n  a: 1\n  b: two\nmerged:\n  <<: *shared\n  b: own\n',
  'scalar: &s value\nlist: [*s, *s]\n',
]

function finish(tree, chance, { layer, content, fields, state }) {
  if (layer.objects.length > 0) {
    // Those that few trees could use come up more often.
    const often = OFTEN.filter(() => chance.oneIn(5))
    for (const name of new Set([...chance.some(Object.keys(FIELDS), fields), ...often])) {
      const value = FIELDS[name](layer, chance)
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
      content[name] = value
    }
    // The old name of a field is given up where both are there.
    if (content.images !== undefined) delete content.imageTags
    if (chance.oneIn(12)) Object.assign(content, head(chance, content))
  }
  tree.used.push(...usedPaths(content))
  tree.order.push(...applied(content, layer.plugins))
  Object.assign(state, { generated: layer.generated, hasVars: layer.hasVars })
  tree.files[`${layer.path}/kustomization.yaml`] = write(content, chance)
  for (const [path, text] of Object.entries(layer.files)) tree.files[`${layer.path}/${path}`] = text
}

const OFTEN = ['transformers', 'replicas', 'patches', 'secretGenerator', 'configMapGenerator', 'replacements']

const head = (chance, { kind }) => ({
  ...(kind === undefined ? { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' } : {}),
  metadata: {
    name: 'of-tree',
    ...(chance.oneIn(2) ? { labels: { a: 'b' }, annotations: { c: 'd' } } : { namespace: 'x' }),
  },
})
