import { anyOf, keyOf, type ObjectShape, OTHER, type Path, type Shape } from './shape.ts'

/** What a shape leads to. */
export interface Spread {
  readonly shapes: readonly Shape[]
  /** Paths of the values that hold the same maps as these, in which something may have been put. */
  readonly shared: readonly Path[]
  /** Roads without end: it may be anything. */
  readonly isEndless: boolean
}

interface Stored {
  readonly path: Path
  shape: Shape
  /** Put there as it is; else merged, so that only what is inside of it is the same. */
  isPut: boolean
}

interface Step {
  readonly shape: Shape
  /** What was followed until here; what templates do once is followed once. */
  readonly used: readonly Stored[]
  readonly isShared: boolean
}

type Target = Extract<Shape, { kind: 'object' | 'context' | 'values' }>

/** From map to map on one road. */
const MAX_MOVES = 4
const MAX_STEPS = 2000

/**
 * What templates put into maps, and where: into maps of their own, into the values, and into their context. Templates change maps in place and see each
 * other's changes, in an order that this does not look at: what was ever put somewhere may be found there by everybody.
 */
export class Heap {
  readonly #objects = new Map<string, ObjectShape>()
  readonly #stored = new Map<string, Stored>()
  readonly #contexts = new Map<string, ObjectShape>()
  readonly #spreads = new Map<string, Spread>()
  readonly #grew: () => void

  /** `grew` hears when something is put where it was not before. */
  constructor(grew: () => void) {
    this.#grew = grew
  }

  /** The map or list that is made at a place of a template: always the same one for the same place. */
  made(place: string): ObjectShape {
    const known = this.#objects.get(place)
    if (known !== undefined) return known
    const id = this.#objects.size
    const made: ObjectShape = { kind: 'object', id, fields: new Map(), some: undefined, merged: undefined }
    this.#objects.set(place, made)
    return made
  }

  /** Gives a map or list what it is made with: nobody has looked into it before. */
  fill(target: ObjectShape, key: string | undefined, value: Shape): void {
    if (key !== undefined && !target.fields.has(key)) target.fields.set(key, value)
    else if (key === undefined && target.some === undefined) target.some = value
    else this.#putField(target, key, value)
  }

  /** Puts a value at a key; at one that is not known with `undefined`. False where nobody knows what it is put into. */
  put(target: Shape, key: string | undefined, value: Shape): boolean {
    const parts = this.#targets(target)
    for (const part of parts) {
      if (part.kind === 'object') this.#putField(part, key, value)
      else if (part.kind === 'values') this.#store([...part.path, key ?? '?'], value, true)
      else if (key === 'Values') this.#store(part.scope, value, true)
      else this.#putField(this.#context(part), key, value)
    }
    return parts.length > 0
  }

  /** Merges a map into another: what is found at the keys of the one may be found at those of the other. */
  merge(target: Shape, source: Shape): boolean {
    const parts = this.#targets(target)
    for (const part of parts) {
      if (part.kind === 'values') {
        this.#store(part.path, source, false)
        continue
      }
      const object = part.kind === 'object' ? part : this.#context(part)
      object.merged = this.#joined(object.merged, source)
    }
    return parts.length > 0
  }

  /** The field of a shape. */
  fieldOf(shape: Shape, name: string): Shape {
    return anyOf(this.#parts(shape).map((each) => this.#ownField(each, name)))
  }

  /** The keys of what templates have made, where all of them are known. */
  keysOf(shape: Shape): Shape {
    const parts = this.#parts(shape)
    const isKnown = parts.every((each) => each.kind === 'object' && each.some === undefined)
    const names = parts.flatMap((each) => (each.kind === 'object' ? [...each.fields.keys()] : []))
    return isKnown ? anyOf(names.map((text) => ({ kind: 'text', text }))) : OTHER
  }

  /** Any element of a list or map. */
  elementOf(shape: Shape): Shape {
    return anyOf(this.#parts(shape).map((each) => this.#ownElement(each, '*')))
  }

  /** One element, of which only the run knows which. */
  someOf(shape: Shape): Shape {
    return anyOf(this.#parts(shape).map((each) => this.#ownElement(each, '?')))
  }

  /** All that a shape may be, with what was put or merged into it or around it. */
  spread(shape: Shape): Spread {
    const key = keyOf(shape)
    const known = this.#spreads.get(key) ?? this.#spreadOf(shape)
    this.#spreads.set(key, known)
    return known
  }

  /** What was put somewhere below a path of the values. */
  storedBelow(path: Path): Shape[] {
    return this.#stores().flatMap((each) =>
      each.path.length > path.length && startsWith(each.path, path) ? [each.shape] : [],
    )
  }

  #spreadOf(shape: Shape): Spread {
    const seen = new Set<string>()
    const shapes = new Map<string, Shape>()
    const shared = new Map<string, Path>()
    const left: Step[] = [{ shape, used: [], isShared: false }]
    for (let at = 0; at < left.length && seen.size < MAX_STEPS; at++) {
      const step = left[at] ?? { shape: OTHER, used: [], isShared: false }
      for (const part of this.#parts(step.shape)) {
        const key = keyOf(part)
        // The shortest road to a place comes first, and it leads on to all that the others do.
        const state = `${step.isShared} ${key}`
        if (part.kind === 'other' || seen.has(state)) continue
        seen.add(state)
        if (!step.isShared) shapes.set(key, part)
        else if (part.kind === 'values') shared.set(key, part.path)
        if (part.kind === 'values' && step.used.length < MAX_MOVES) left.push(...this.#next(part.path, step.used))
      }
    }
    return { shapes: [...shapes.values()], shared: [...shared.values()], isEndless: seen.size >= MAX_STEPS }
  }

  /** Where a path of the values leads: to what was put around it; and to maps that hold the same, into which more may have been put. */
  #next(path: Path, used: readonly Stored[]): Step[] {
    const left = this.#stores().filter((each) => !used.includes(each))
    return left.flatMap((each): Step[] => {
      const more = { used: [...used, each] }
      const here = startsWith(path, each.path)
        ? [{ ...more, shape: this.#inside(each.shape, path.slice(each.path.length)), isShared: false }]
        : []
      return used.length > 0
        ? here
        : [...here, ...sharedWith(path, each).map((shape) => ({ ...more, shape, isShared: true }))]
    })
  }

  #inside(shape: Shape, steps: Path): Shape {
    return steps.reduce((at, step) => {
      if (step === '*') return this.elementOf(at)
      return step === '?' ? this.someOf(at) : this.fieldOf(at, step)
    }, shape)
  }

  /** What to put something into: the maps that are named, and maps of templates that were put where they stand. */
  #targets(target: Shape): Target[] {
    const put = partsOf(target).flatMap((part) => (part.kind === 'values' ? this.#putAt(part.path) : []))
    const found = new Map([...partsOf(target), ...put].map((part) => [keyOf(part), part]))
    return [...found.values()].flatMap((part): Target[] =>
      part.kind === 'object' || part.kind === 'context' || part.kind === 'values' ? [part] : [],
    )
  }

  #putAt(path: Path): Shape[] {
    const around = this.#stores().filter(
      (each) => startsWith(path, each.path) && (each.isPut || each.path.length < path.length),
    )
    return around
      .flatMap((each) => partsOf(this.#inside(each.shape, path.slice(each.path.length))))
      .filter((each) => each.kind !== 'values')
  }

  #stores(): Stored[] {
    return [...this.#stored.values()]
  }

  /** What it is one of, with what was merged into maps of templates. */
  #parts(shape: Shape): Shape[] {
    const seen = new Map<string, Shape>()
    const left = [shape]
    for (let each = left.pop(); each !== undefined; each = left.pop()) {
      const key = keyOf(each)
      if (each.kind === 'any') left.push(...each.of)
      else if (!seen.has(key)) {
        seen.set(key, each)
        const merged = each.kind === 'context' ? this.#contexts.get(key)?.merged : undefined
        left.push(...[merged, each.kind === 'object' ? each.merged : undefined].filter((more) => more !== undefined))
      }
    }
    return [...seen.values()]
  }

  #putField(target: ObjectShape, key: string | undefined, value: Shape): void {
    if (key === undefined) target.some = this.#joined(target.some, value)
    else target.fields.set(key, this.#joined(target.fields.get(key), value))
  }

  #store(path: Path, value: Shape, isPut: boolean): void {
    const key = JSON.stringify(path)
    const known = this.#stored.get(key)
    const shape = this.#joined(known?.shape, value)
    if (known === undefined) this.#stored.set(key, { path, shape, isPut })
    else Object.assign(known, { shape, isPut: known.isPut || isPut })
  }

  #joined(before: Shape | undefined, added: Shape): Shape {
    const both = before === undefined ? added : anyOf([before, added])
    if (before !== undefined && keyOf(both) === keyOf(before)) return before
    this.#spreads.clear()
    this.#grew()
    return both
  }

  #context(context: Shape): ObjectShape {
    const key = keyOf(context)
    const made = this.#contexts.get(key) ?? this.made(key)
    this.#contexts.set(key, made)
    return made
  }

  #ownField(shape: Shape, name: string): Shape {
    switch (shape.kind) {
      case 'context':
        return anyOf([contextField(shape.scope, name), this.#extra(shape, (extra) => this.#ownField(extra, name))])
      case 'subcharts':
        return { kind: 'context', scope: [...shape.scope, name] }
      case 'values':
        return { kind: 'values', path: [...shape.path, name] }
      case 'object':
        return anyOf([shape.fields.get(name), shape.some].filter((each) => each !== undefined))
      default:
        return OTHER
    }
  }

  #ownElement(shape: Shape, sign: '*' | '?'): Shape {
    switch (shape.kind) {
      case 'context':
        return anyOf([
          { kind: 'values', path: shape.scope },
          this.#extra(shape, (extra) => this.#ownElement(extra, sign)),
        ])
      case 'values':
        return { kind: 'values', path: [...shape.path, sign] }
      case 'object':
        return anyOf([...shape.fields.values(), shape.some].filter((each) => each !== undefined))
      default:
        return OTHER
    }
  }

  #extra(context: Shape, look: (extra: ObjectShape) => Shape): Shape {
    const extra = this.#contexts.get(keyOf(context))
    return extra === undefined ? OTHER : look(extra)
  }
}

function contextField(scope: Path, name: string): Shape {
  if (name === 'Subcharts') return { kind: 'subcharts', scope }
  return name === 'Values' ? { kind: 'values', path: scope } : OTHER
}

/** The path at which a map of the values stands, too, since it was put there. */
function sharedWith(path: Path, { path: target, shape }: Stored): Shape[] {
  return partsOf(shape).flatMap((part): Shape[] =>
    part.kind === 'values' && startsWith(path, part.path)
      ? [{ kind: 'values', path: [...target, ...path.slice(part.path.length)] }]
      : [],
  )
}

function partsOf(shape: Shape): readonly Shape[] {
  return shape.kind === 'any' ? shape.of : [shape]
}

/** Whether a path begins with another, as far as is known. */
function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((step, at) => step === path[at] || isOpen(step) || isOpen(path[at]))
}

function isOpen(step: string | undefined): boolean {
  return step === '*' || step === '?'
}
