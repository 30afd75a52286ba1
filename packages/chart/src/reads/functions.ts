import { anyOf, elementOf, fieldOf, OTHER, type Shape, someOf } from './shape.ts'

/** What the calls of a walk do besides giving a shape. */
export interface Reader {
  /** The value with all that is in it is looked at. */
  whole(shape: Shape): void
  /** Only the value itself is: whether it is there, empty, of what kind. */
  shallow(shape: Shape): void
  include(name: string, data: Shape): void
  /** A template whose name is only known when it runs. */
  includeAny(data: Shape): void
  template(text: Shape, data: Shape): void
}

type Call = (args: readonly Shape[], reader: Reader) => Shape

const last = (args: readonly Shape[]): Shape => args.at(-1) ?? OTHER

const choose: Call = (args, reader) => {
  for (const arg of args) reader.shallow(arg)
  return anyOf(args)
}

const glance: Call = (args, reader) => {
  for (const arg of args) reader.shallow(arg)
  return OTHER
}

const consume: Call = (args, reader) => {
  for (const arg of args) reader.whole(arg)
  return OTHER
}

function walkInto(shape: Shape, keys: readonly Shape[], reader: Reader): Shape {
  let at = shape
  for (const key of keys) {
    if (key.kind !== 'text') reader.whole(key)
    at = key.kind === 'text' ? fieldOf(at, key.text) : someOf(at)
  }
  return at
}

const index: Call = ([container = OTHER, ...keys], reader) => walkInto(container, keys, reader)

/** That a key is there can be seen, whatever it holds. */
const hasKey: Call = ([container = OTHER, key = OTHER], reader) => {
  reader.shallow(container)
  reader.shallow(walkInto(container, [key], reader))
  return OTHER
}

const dig: Call = (args, reader) => {
  const found = walkInto(last(args), args.slice(0, -2), reader)
  return anyOf([found, args.at(-2) ?? OTHER])
}

const dict: Call = (args, reader) => {
  const fields = new Map<string, Shape>()
  for (let at = 0; at < args.length; at += 2) {
    const key = args[at] ?? OTHER
    if (key.kind === 'text') fields.set(key.text, args[at + 1] ?? OTHER)
    else reader.whole(args[at + 1] ?? OTHER)
  }
  return { kind: 'dict', fields }
}

const set: Call = ([target = OTHER, key = OTHER, value = OTHER], reader) => {
  if (target.kind === 'dict' && key.kind === 'text') {
    target.fields.set(key.text, anyOf([target.fields.get(key.text) ?? OTHER, value]))
    return target
  }
  reader.whole(value)
  return anyOf([target, value])
}

/** Lists and maps put together from others; what they are made of may be found in them. */
const combine: Call = (args, reader) => {
  for (const arg of args) reader.shallow(arg)
  return anyOf(args)
}

const keys: Call = (args, reader) => {
  for (const arg of args) {
    reader.shallow(arg)
    reader.shallow(elementOf(arg))
  }
  return OTHER
}

const include: Call = ([name = OTHER, data = OTHER], reader) => {
  if (name.kind === 'text') reader.include(name.text, data)
  else reader.includeAny(data)
  return OTHER
}

const tpl: Call = ([text = OTHER, data = OTHER], reader) => {
  reader.whole(text)
  reader.template(text, data)
  return OTHER
}

const partOf: Call = (args, reader) => {
  const [first = OTHER, ...rest] = args
  for (const arg of rest) reader.whole(arg)
  reader.shallow(first)
  return first
}

const ofLast: Call = (args, reader) => {
  for (const arg of args.slice(0, -1)) reader.whole(arg)
  reader.shallow(last(args))
  return last(args)
}

const CALLS: readonly (readonly [names: string, call: Call])[] = [
  ['default coalesce ternary and or required', choose],
  ['not empty kindOf kindIs typeOf typeIs typeIsLike', glance],
  ['hasKey', hasKey],
  ['index get', index],
  ['dig', dig],
  ['dict', dict],
  ['set', set],
  ['merge mergeOverwrite mustMerge mustMergeOverwrite list tuple concat', combine],
  ['append push prepend mustAppend mustPush mustPrepend', combine],
  ['keys', keys],
  ['include', include],
  ['tpl', tpl],
  ['pick omit unset without mustWithout slice mustSlice', partOf],
  ['first last mustFirst mustLast values', (args) => elementOf(last(args))],
  ['rest initial reverse uniq compact mustRest mustInitial mustReverse mustUniq mustCompact deepCopy', ofLast],
  ['chunk mustChunk mustDeepCopy pluck', ofLast],
]

const byName = new Map(CALLS.flatMap(([names, call]) => names.split(' ').map((name) => [name, call])))

/** What a function makes of the shapes of its arguments; one that is not known looks at all of them. */
export function callShape(name: string, args: readonly Shape[], reader: Reader): Shape {
  return (byName.get(name) ?? consume)(args, reader)
}
