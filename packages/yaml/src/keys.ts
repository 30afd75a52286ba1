import type { MapNode, YamlNode } from './node.ts'

/** Whether a key is the merge key `<<`, unquoted or tagged as such. */
export function isMerge(key: YamlNode): boolean {
  if (key.kind !== 'scalar' || key.value !== '<<') return false
  return key.tag === '!!merge' || key.tag === '!' || (key.tag === '' && key.style === 'plain')
}

/** The pairs of equal keys of a mapping, as go-yaml v3 finds them: by kind and text, whatever they resolve to, in the order of their first. */
export function duplicateKeys(
  node: MapNode,
): { readonly first: YamlNode; readonly second: YamlNode; readonly name: string }[] {
  const found: { first: YamlNode; second: YamlNode; name: string }[] = []
  const seen = new Map<string, YamlNode[]>()
  for (const { key } of node.entries) {
    const name = key.kind === 'scalar' ? key.value : key.kind === 'alias' ? key.name : ''
    const id = `${key.kind} ${name}`
    const earlier = seen.get(id)
    if (earlier === undefined) seen.set(id, [key])
    else {
      for (const first of earlier) found.push({ first, second: key, name })
      earlier.push(key)
    }
  }
  const order = new Map(node.entries.map(({ key }, at) => [key, at]))
  return found.sort((a, b) => (order.get(a.first) ?? 0) - (order.get(b.first) ?? 0))
}
