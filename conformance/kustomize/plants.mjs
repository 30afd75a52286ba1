const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/** A dead entry of each kind for a tree: the tree with it, the tree without it, and where it stands; undefined where it cannot be planted. */
export const PLANTS = {
  image: (tree) => appended(tree, 'images', '{name: planted-none, newTag: x}'),
  patch: (tree) =>
    appended(tree, 'patches', `{target: {kind: PlantedNone}, patch: '[{"op": "remove", "path": "/x"}]'}`),
  'patch of a name': (tree) =>
    appended(
      tree,
      'patches',
      '{target: {name: planted-none}, patch: "{apiVersion: v1, kind: X, metadata: {name: x}}"}',
    ),
  replacement: (tree) =>
    appended(tree, 'replacements', '{sourceValue: x, targets: [{select: {kind: PlantedNone}, fieldPaths: [spec.x]}]}'),
  label: (tree) => overridden(tree, 'labels:\n- pairs: {planted: FIRST}\n'),
  commonLabel: (tree) => overridden(tree, 'commonLabels: {planted: FIRST}\n'),
  commonAnnotation: (tree) => overridden(tree, 'commonAnnotations: {planted: FIRST}\n'),
  file: (tree) => {
    const path = `${folder(tree)}planted.yaml`
    return {
      tree: { ...tree, files: { ...tree.files, [path]: 'kind: Forgotten\n' } },
      without: tree,
      at: { file: path },
    }
  },
}

const folder = ({ target }) => (target === '' ? '' : `${target}/`)

// As the last entry of a field that the kustomization does not have yet.
function appended(tree, field, entry) {
  const path = NAMES.map((name) => `${folder(tree)}${name}`).find((name) => tree.files[name] !== undefined)
  const text = path === undefined ? undefined : tree.files[path].replace(/\n*$/, '\n')
  if (text === undefined || new RegExp(`^['"]?${field}['"]?:`, 'm').test(text)) return undefined
  const files = { ...tree.files, [path]: `${text}${field}:\n- ${entry}\n` }
  return { tree: { ...tree, files }, without: tree, at: { file: path, line: text.split('\n').length + 1 } }
}

// Two kustomizations on top of the tree, of which the second says again what the first says.
function overridden(tree, entry) {
  const [first, second] = ['planted-first', 'planted-second']
  const base = `resources: [../${tree.target}]\n`
  const files = (with_) => ({
    ...tree.files,
    [`${first}/kustomization.yaml`]: `${base}${with_}`,
    [`${second}/kustomization.yaml`]: `resources: [../${first}]\n${entry.replace('FIRST', 'second')}`,
  })
  const line = 1 + entry.split('\n').findIndex((each) => each.includes('planted')) + 1
  const target = second
  return {
    tree: { ...tree, files: files(entry.replace('FIRST', 'first')), target },
    without: { ...tree, files: files(''), target },
    at: { file: `${first}/kustomization.yaml`, line },
  }
}
