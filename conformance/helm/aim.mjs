import { itemOf, KUBE, isEmptyMap } from './sets.mjs'

/**
 * Aims at actions that were not reached yet: takes a set that came as near to the first as any, and changes what the first condition looks at that turned each
 * away (and, at times, what those before it look at).
 */
export function aimer({ random, scan, covered, change, paths, reachedBy }) {
  const defaults = new Map(paths.map(({ keys, value }) => [keys.join('\u0000'), value]))
  return (base) => {
    const missing = [...scan.actions.keys()].filter((key) => !covered.has(key))
    const aims = Array.from({ length: random(3) === 0 ? 1 : 1 + random(12) }, () =>
      aimAt(missing[random(missing.length)]),
    )
    const near = aims[0].turned === undefined ? undefined : nearest(reachedBy.get(aims[0].turned.key), random)
    const from = near === undefined || random(6) === 0 ? base : near
    const set = random(4) === 0 ? change(from, 1 + random(3)) : structuredClone(from)
    for (const { chain, turned } of aims) {
      const at = turned === undefined ? 0 : chain.indexOf(turned)
      chain.forEach((condition, index) => {
        if (index >= at || random(6) === 0) meet(set, condition, { random, defaults, scan })
      })
    }
    return set
  }

  function aimAt(key) {
    const chains = scan.chains.get(key) ?? []
    const chain = chains[random(chains.length)] ?? []
    return { chain, turned: frontier(chain, reachedBy) }
  }
}

/** The innermost condition that something came to. */
function frontier(chain, reachedBy) {
  return chain.findLast(({ key }) => reachedBy.has(key))
}

function nearest({ good, bad }, random) {
  const list = good.length > 0 ? good : bad
  return list[random(list.length)]
}

function meet(set, condition, { random, defaults, scan }) {
  const { kind, paths, words, versions, facts, holds } = condition
  for (const each of versions) if (holds && typeof each === 'string') set.flags.push('--api-versions', each)
  const bounds = words.flatMap(versionsNear)
  if (facts.includes('Capabilities') && random(2) === 0) setKube(set, oneOf(bounds.length > 0 ? bounds : KUBE, random))
  if (facts.includes('Release') && random(2) === 0 && !set.flags.includes('--is-upgrade'))
    set.flags.push('--is-upgrade')
  for (const keys of paths) {
    if (random(4) === 0) continue
    const given = defaults.get(keys.join('\u0000'))
    const wants = holds === random(5) > 0
    // What is compared with a range of versions is a version, or an error.
    if (bounds.length > 0 && (given === undefined || typeof given === 'string')) {
      place(set.values, keys, random(3) === 0 ? '' : oneOf(bounds, random), random)
      continue
    }
    place(set.values, keys, wants ? truthy({ kind, given, words, random, scan }) : falsy(given, words, random), random)
  }
}

/** Versions at and beside the bound of a range such as `>=1.14-0`; none for other words. */
function versionsNear(word) {
  const [, major, minor] = /^[<>=~^!]+ *v?(\d+)\.(\d+)/.exec(word) ?? []
  if (major === undefined) return []
  return [Number(minor) - 1, Number(minor), Number(minor) + 1]
    .filter((each) => each >= 0)
    .map((each) => `${major}.${each}.0`)
}

const oneOf = (list, random) => list[random(list.length)]

function setKube(set, version) {
  const at = set.flags.indexOf('--kube-version')
  if (at >= 0) set.flags.splice(at, 2)
  set.flags.push('--kube-version', version)
}

/** Puts a value at a path, where `*` is the first item of a list or map, or of a new one. */
function place(values, keys, value, random) {
  let at = values
  keys.forEach((key, index) => {
    const name = key === '*' ? (Object.keys(at)[0] ?? (Array.isArray(at) ? '0' : 'first')) : key
    if (Array.isArray(at) && !/^\d+$/.test(name)) return
    if (index === keys.length - 1) at[name] = structuredClone(value)
    else {
      const next = keys[index + 1]
      if (typeof at[name] !== 'object' || at[name] === null || (Array.isArray(at[name]) && !/^(?:\*|\d+)$/.test(next)))
        at[name] = next === '*' && random(3) > 0 ? [] : {}
      at = at[name]
    }
  })
}

function truthy({ kind, given, words, random, scan }) {
  if (words.length > 0 && random(4) > 0) return words[random(words.length)]
  if (kind === 'range' || Array.isArray(given))
    return random(3) === 0 ? { first: itemOf(scan, random) } : [random(3) === 0 ? 'a' : itemOf(scan, random)]
  if (random(4) === 0) return anything(scan, random)
  if (typeof given === 'boolean') return true
  if (typeof given === 'number') return given === 0 ? 2 : random(2) === 0 ? given : given + 1
  if (typeof given === 'string') return given === '' ? 'text' : given
  if (typeof given === 'object' && given !== null) return isEmptyMap(given) ? { key: 'value' } : given
  return anything(scan, random)
}

function anything(scan, random) {
  return [true, 'text', 8080, { key: 'value' }, [itemOf(scan, random)], itemOf(scan, random)][random(6)]
}

function falsy(given, words, random) {
  if (typeof given === 'boolean') return false
  if (typeof given === 'number') return random(2) === 0 ? 0 : 1
  if (Array.isArray(given)) return []
  if (typeof given === 'object' && given !== null && random(2) === 0) return {}
  if (words.length > 0 && random(2) === 0) return 'other'
  return [null, '', false][random(3)]
}
