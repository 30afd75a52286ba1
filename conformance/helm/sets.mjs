/** Paths of the defaults and of what templates read, with what stands there. */
export function pathsOf(defaults, scan) {
  const paths = new Map()
  const walk = (value, keys) => {
    if (keys.length > 0) paths.set(keys.join('\u0000'), value)
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && keys.length < 8) {
      for (const [key, item] of Object.entries(value)) walk(item, [...keys, key])
    }
  }
  walk(defaults, [])
  for (const path of scan.reads) if (!paths.has(path)) paths.set(path, undefined)
  return [...paths].map(([path, value]) => ({ keys: path.split('\u0000'), value }))
}

export const EMPTY = { values: {}, flags: [] }

/** Every switch turned on; everything empty filled with texts, or with what templates read from items. */
export function everything(paths, scan, kind) {
  const values = {}
  for (const { keys, value } of paths) {
    if (value === false) put(values, keys, true)
    else if (kind === 'switches') continue
    else if (Array.isArray(value) && value.length === 0)
      put(values, keys, [kind === 'texts' ? 'text' : itemOf(scan, () => 0)])
    else if (isEmptyMap(value)) put(values, keys, { key: 'value' })
  }
  return { values, flags: [...scan.versions].flatMap((each) => ['--api-versions', each]) }
}

export const isEmptyMap = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0

/** An item of a list with the fields that templates read from such. */
export function itemOf(scan, random) {
  const item = { name: 'item' }
  for (const [field, inner] of scan.fields) {
    if (random(3) === 0)
      item[field] =
        inner.size === 0 ? simple(random) : Object.fromEntries([...inner].map((name) => [name, simple(random)]))
  }
  return item
}

const SIMPLE = ['x', '/a', 'example.org', 80, true, ['y'], { k: 'v' }, [{ name: 'n' }], '']
const simple = (random) => SIMPLE[random(SIMPLE.length)]
export const KUBE = ['1.16.0', '1.19.3', '1.21.0', '1.25.4', '1.30.1']

export function mutator({ random, paths, scan }) {
  const words = [...scan.words]
  const versions = [...scan.versions]
  const anything = () => {
    const all = [
      () => words[random(words.length)] ?? 'a',
      () => simple(random),
      () => itemOf(scan, random),
      () => [itemOf(scan, random)],
      () => ({ first: itemOf(scan, random) }),
      () => true,
      () => false,
      () => random(9000),
      () => '{{ .Release.Name }}-t',
      () => null,
    ]
    return all[random(all.length)]()
  }
  const changed = (value) => {
    if (random(8) === 0) return anything()
    if (typeof value === 'boolean') return !value
    if (typeof value === 'number') return [0, value + 1, 8443][random(3)]
    if (typeof value === 'string' && value !== '')
      return [words[random(words.length)] ?? 'a', '', `${value}-x`, words[random(words.length)] ?? 'b'][random(4)]
    if (Array.isArray(value))
      return [['a', 'b'], [itemOf(scan, random)], [], [itemOf(scan, random), itemOf(scan, random)]][random(4)]
    if (typeof value === 'object' && value !== null)
      return [{ key: 'value', 'a.b/c': '1' }, { first: itemOf(scan, random) }, itemOf(scan, random)][random(3)]
    return anything()
  }
  return (base, times) => {
    const values = structuredClone(base.values)
    let flags = [...base.flags]
    for (let count = 0; count < times && paths.length > 0; count++) {
      const { keys, value } = paths[random(paths.length)]
      if (
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length > 0 &&
        random(10) > 0
      ) {
        count--
        if (random(30) === 0) break
        continue
      }
      put(values, keys, changed(value))
    }
    if (versions.length > 0 && random(4) === 0) flags = [...flags, '--api-versions', versions[random(versions.length)]]
    if (random(8) === 0 && !flags.includes('--kube-version'))
      flags = [...flags, '--kube-version', KUBE[random(KUBE.length)]]
    if (random(15) === 0 && !flags.includes('--is-upgrade')) flags = [...flags, '--is-upgrade']
    return { values, flags }
  }
}

function put(values, keys, value) {
  let at = values
  for (const key of keys.slice(0, -1)) {
    if (typeof at[key] !== 'object' || at[key] === null || Array.isArray(at[key])) at[key] = {}
    at = at[key]
  }
  at[keys.at(-1)] = structuredClone(value)
}
