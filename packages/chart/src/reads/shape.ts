/** A path in the whole values; `*` stands for all keys or indexes, `?` for one that is only known when a template runs. */
export type Path = readonly string[]

/** A map or list that templates make; what is put into it later is found in it, too. */
export interface ObjectShape {
  readonly kind: 'object'
  readonly id: number
  readonly fields: Map<string, Shape>
  /** What stands at keys or indexes that are only known when a template runs. */
  some: Shape | undefined
  /** What was merged into it: its fields may be found here. */
  merged: Shape | undefined
}

/** What a static look at templates knows of a value: which part of the values it is, if any. */
export type Shape =
  /** The data of a template: has `.Values`. */
  | { readonly kind: 'context'; readonly scope: Path }
  | { readonly kind: 'subcharts'; readonly scope: Path }
  | { readonly kind: 'values'; readonly path: Path }
  | ObjectShape
  /** One of several. */
  | { readonly kind: 'any'; readonly of: readonly Shape[] }
  | { readonly kind: 'text'; readonly text: string }
  /** A text put together: what stands in templates, and between those parts what does not. */
  | { readonly kind: 'joined'; readonly parts: readonly string[] }
  | { readonly kind: 'other' }

/** Nothing that leads to the values. */
export const OTHER: Shape = { kind: 'other' }

/** One of the given; texts are kept only where it is nothing else. */
export function anyOf(shapes: readonly Shape[]): Shape {
  const known = new Map<string, Shape>()
  let isOther = shapes.length === 0
  for (const shape of shapes.flatMap((each) => (each.kind === 'any' ? each.of : [each]))) {
    if (shape.kind === 'other') isOther = true
    else known.set(keyOf(shape), shape)
  }
  const kept = [...known.values()].filter((each) => !isOther || each.kind !== 'text')
  const [only] = kept
  if (only === undefined) return OTHER
  return kept.length === 1 ? only : { kind: 'any', of: kept }
}

/** The texts that a shape is one of, if it is nothing else. */
export function textsOf(shape: Shape): readonly string[] | undefined {
  if (shape.kind === 'text') return [shape.text]
  if (shape.kind !== 'any') return undefined
  const texts = shape.of.flatMap((each) => (each.kind === 'text' ? [each.text] : []))
  return texts.length === shape.of.length ? texts : undefined
}

/** A text that is the same for the same shape. */
export function keyOf(shape: Shape): string {
  switch (shape.kind) {
    case 'context':
    case 'subcharts':
      return `${shape.kind}:${JSON.stringify(shape.scope)}`
    case 'values':
      return `values:${JSON.stringify(shape.path)}`
    case 'object':
      return `#${shape.id}`
    case 'any':
      return `[${shape.of.map(keyOf).toSorted().join('|')}]`
    case 'text':
      return `text:${JSON.stringify(shape.text)}`
    case 'joined':
      return `joined:${JSON.stringify(shape.parts)}`
    default:
      return shape.kind
  }
}
