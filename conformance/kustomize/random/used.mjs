// Fields in the order in which kustomize runs their transformers, whatever their order in the file.
const RUN = [
  'patchesStrategicMerge',
  'patches',
  'namespace',
  'namePrefix',
  'nameSuffix',
  'labels',
  'commonLabels',
  'commonAnnotations',
  'patchesJson6902',
  'replicas',
  'images',
  'imageTags',
  'replacements',
]
const PAIRS = new Set(['commonLabels', 'commonAnnotations', 'labels', 'annotations', 'pairs'])

/** All transformers that a kustomization can name: fields, and kinds of configurations in `transformers`. */
export const transformerNames = (kinds) => [...RUN.filter((each) => each !== 'imageTags'), ...kinds]

/** The transformers of one kustomization in the order in which they run. */
export function applied(content, plugins) {
  const fields = RUN.filter((each) => content[each] !== undefined)
  return [...fields.map((each) => (each === 'imageTags' ? 'images' : each)), ...plugins]
}

/** The fields of a kustomization with those below them, each once: `patches`, `patches.target`, `patches.target.kind`. */
export function usedPaths(content) {
  const found = new Set()
  walk(content, '', found)
  return [...found]
}

function walk(value, path, found) {
  if (Array.isArray(value)) return value.forEach((each) => walk(each, path, found))
  if (typeof value !== 'object' || value === null) return
  for (const [key, each] of Object.entries(value)) {
    const below = path === '' ? key : `${path}.${key === 'fieldpath' ? 'fieldPath' : key}`
    found.add(below)
    // Labels at the top are entries, those below an entry are pairs.
    const pairs = PAIRS.has(key) && !(key === 'labels' && path === '')
    if (!pairs) walk(each, below, found)
  }
}
