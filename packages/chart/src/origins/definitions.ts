import type { Origin } from '@slipway/diag'
import { GoMap, GoSlice, Tagged, type Value } from '@slipway/gotemplate'
import type { ValuesLayer } from '../values/defaults.ts'
import { placeOfContainer, type ValuePlace } from '../values/place.ts'
import { tableOf } from '../values/table.ts'

const GLOBAL = 'global'

/** Values places as origins, each with the earlier definitions that it replaced. */
export class Definitions {
  readonly #layers: readonly ValuesLayer[]
  readonly #known = new Map<ValuePlace, Origin>()

  /** The layers of a rendering, the weakest first. */
  constructor(layers: readonly ValuesLayer[]) {
    this.#layers = layers
  }

  /** The origin of a value that flowed into a field. */
  origin(place: ValuePlace): Origin {
    const known = this.#known.get(place)
    if (known !== undefined) return known
    const made = { ...bareOrigin(place), ...this.#overrode(place) }
    this.#known.set(place, made)
    return made
  }

  /** Every definition of a path of the whole values, the one that counts first. */
  all(keys: readonly string[]): ValuePlace[] {
    return this.#roads(keys).flatMap((road) =>
      this.#layers.toReversed().flatMap(({ layer, values }) => {
        const place = placeAt(values, within(road, layer.scope))
        return place === undefined ? [] : [place]
      }),
    )
  }

  #overrode(place: ValuePlace): { overrode?: readonly Origin[] } {
    const all = this.all([...place.layer.scope, ...place.keys])
    const at = all.findIndex((each) => each.layer.label === place.layer.label && sameKeys(each, place))
    const earlier = all.slice(at + 1).map(bareOrigin)
    return at < 0 || earlier.length === 0 ? {} : { overrode: earlier }
  }

  /** A global of a subchart may come from any chart around it, and the outermost one counts. */
  #roads(keys: readonly string[]): (readonly string[])[] {
    const at = keys.indexOf(GLOBAL)
    if (at <= 0) return [keys]
    return Array.from({ length: at + 1 }, (_, depth) => [...keys.slice(0, depth), ...keys.slice(at)])
  }
}

function sameKeys(a: ValuePlace, b: ValuePlace): boolean {
  const left = [...a.layer.scope, ...a.keys]
  const right = [...b.layer.scope, ...b.keys]
  return left.length === right.length && left.every((key, index) => key === right[index])
}

/** The keys behind a scope; undefined where the path does not go through it. */
function within(keys: readonly string[], scope: readonly string[]): readonly string[] | undefined {
  return scope.every((name, index) => keys[index] === name) ? keys.slice(scope.length) : undefined
}

/** The place of what a layer says about a path; undefined where it says nothing. */
export function placeAt(values: GoMap, keys: readonly string[] | undefined): ValuePlace | undefined {
  if (keys === undefined || keys.length === 0) return undefined
  let at: Value = values
  for (const key of keys) {
    const table = tableOf(at)
    if (table !== undefined) at = table.entries.get(key)
    else if (at instanceof GoSlice) at = at.items[Number(key)]
    else return undefined
  }
  return placeOfValue(at)
}

/** The place that a value carries. */
export function placeOfValue(value: Value): ValuePlace | undefined {
  if (value instanceof Tagged) {
    const ref = value.marks[0]?.source.refs[0]
    return ref !== undefined && 'layer' in ref ? (ref as ValuePlace) : undefined
  }
  return value instanceof GoMap || value instanceof GoSlice ? placeOfContainer(value) : undefined
}

/** A place as an origin, without what it replaced. */
export function bareOrigin(place: ValuePlace): Origin {
  const { layer, node, path, value } = place
  const range = node?.range
  return {
    kind: layer.kind,
    ...(range === undefined ? { argument: layer.label } : { at: range }),
    subject: path,
    value,
  }
}
