/** A path in the whole values; `*` stands for all keys or indexes, `?` for one that is only known when a template runs. */
export type Path = readonly string[]

/** What a static look at templates knows of a value: which part of the values it is, if any. */
export type Shape =
  /** The data of a template: has `.Values`. */
  | { readonly kind: 'context'; readonly scope: Path }
  | { readonly kind: 'subcharts'; readonly scope: Path }
  | { readonly kind: 'values'; readonly path: Path }
  | { readonly kind: 'dict'; readonly fields: Map<string, Shape> }
  /** One of several, or a list of them. */
  | { readonly kind: 'any'; readonly of: readonly Shape[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'other' }

export const OTHER: Shape = { kind: 'other' }

/** One of the given; nothing that is no part of the values is kept. */
export function anyOf(shapes: readonly Shape[]): Shape {
  const flat = shapes.flatMap((shape) => (shape.kind === 'any' ? shape.of : [shape]))
  const known = flat.filter((shape) => shape.kind !== 'other' && shape.kind !== 'text')
  const [only] = known
  if (only === undefined) return OTHER
  return known.length === 1 ? only : { kind: 'any', of: known }
}

/** The field of a shape. */
export function fieldOf(shape: Shape, name: string): Shape {
  switch (shape.kind) {
    case 'context':
      if (name === 'Values') return { kind: 'values', path: shape.scope }
      return name === 'Subcharts' ? { kind: 'subcharts', scope: shape.scope } : OTHER
    case 'subcharts':
      return { kind: 'context', scope: [...shape.scope, name] }
    case 'values':
      return { kind: 'values', path: [...shape.path, name] }
    case 'dict':
      return shape.fields.get(name) ?? OTHER
    case 'any':
      return anyOf(shape.of.map((each) => fieldOf(each, name)))
    default:
      return OTHER
  }
}

/** Any element of a list or map. */
export function elementOf(shape: Shape): Shape {
  switch (shape.kind) {
    case 'values':
      return { kind: 'values', path: [...shape.path, '*'] }
    case 'dict':
      return anyOf([...shape.fields.values()])
    case 'any':
      // A list that was put together: its items are what it is made of, or what they are made of.
      return anyOf([...shape.of, ...shape.of.map(elementOf)])
    default:
      return OTHER
  }
}

/** One element, of which only the run knows which. */
export function someOf(shape: Shape): Shape {
  if (shape.kind === 'values') return { kind: 'values', path: [...shape.path, '?'] }
  return shape.kind === 'any' ? anyOf([...shape.of, ...shape.of.map(someOf)]) : elementOf(shape)
}

/** A text that is the same for the same shape. */
export function keyOf(shape: Shape): string {
  switch (shape.kind) {
    case 'context':
    case 'subcharts':
      return `${shape.kind}:${shape.scope.join('.')}`
    case 'values':
      return `values:${JSON.stringify(shape.path)}`
    case 'dict':
      return `{${[...shape.fields].map(([name, field]) => `${name}=${keyOf(field)}`).join(',')}}`
    case 'any':
      return `[${shape.of.map(keyOf).join('|')}]`
    default:
      return shape.kind
  }
}
