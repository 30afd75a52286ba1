import type { Heap } from './heap.ts'
import { anyOf, keyOf, type ObjectShape, OTHER, type Shape, textsOf } from './shape.ts'

/** What the calls of a walk do besides giving a shape. */
export interface Reader {
  readonly heap: Heap
  /** The map or list that this call makes; of several, the one of that name. */
  made(name?: string): ObjectShape
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

/** What was read becomes a map of the template's own. */
const decode: Call = (args, reader) => {
  consume(args, reader)
  return reader.made()
}

function walkInto(shape: Shape, keys: readonly Shape[], { heap, ...reader }: Pick<Reader, 'heap' | 'whole'>): Shape {
  let at = shape
  for (const key of keys) {
    const texts = textsOf(key)
    if (texts === undefined) reader.whole(key)
    at = texts === undefined ? heap.someOf(at) : anyOf(texts.map((text) => heap.fieldOf(at, text)))
  }
  return at
}

const into = (shape: Shape, keys: readonly Shape[], reader: Reader): Shape =>
  walkInto(shape, keys, { heap: reader.heap, whole: (key) => reader.whole(key) })

const index: Call = ([container = OTHER, ...keys], reader) => into(container, keys, reader)

/** That a key is there can be seen, whatever it holds. */
const hasKey: Call = ([container = OTHER, key = OTHER], reader) => {
  reader.shallow(container)
  reader.shallow(into(container, [key], reader))
  return OTHER
}

const dig: Call = (args, reader) => {
  const found = into(last(args), args.slice(0, -2), reader)
  return anyOf([found, args.at(-2) ?? OTHER])
}

const dict: Call = (args, reader) => {
  const fields = args.flatMap((key, at) => (at % 2 === 0 ? entriesAt(key, args[at + 1] ?? OTHER, reader) : []))
  return filled(fields, reader)
}

type Entry = readonly [key: string | undefined, value: Shape]

function entriesAt(key: Shape, value: Shape, reader: Reader): Entry[] {
  const texts = textsOf(key)
  if (texts === undefined) reader.whole(key)
  return (texts ?? [undefined]).map((text): Entry => [text, value])
}

/** Of what is made with the same content each is the same; what starts empty will differ. */
function filled(fields: readonly Entry[], reader: Reader): Shape {
  const made =
    fields.length === 0
      ? reader.made()
      : reader.heap.made(fields.map(([key, value]) => `${JSON.stringify(key)}=${keyOf(value)}`).join())
  for (const [key, value] of fields) reader.heap.fill(made, key, value)
  return made
}

const list: Call = (args, reader) =>
  filled(
    args.map((arg, at): Entry => [String(at), arg]),
    reader,
  )

/** A list whose items are somewhere in it. */
function listOf(items: Shape, reader: Reader, name?: string): Shape {
  const made = reader.made(name)
  reader.heap.fill(made, undefined, items)
  return made
}

const set: Call = ([target = OTHER, key = OTHER, value = OTHER], reader) => {
  const texts = textsOf(key)
  if (texts === undefined) reader.whole(key)
  const isKept = (texts ?? [undefined]).map((text) => reader.heap.put(target, text, value)).includes(true)
  if (!isKept) reader.whole(value)
  return isKept ? target : anyOf([target, value])
}

/** Merging looks at every key of its sources, but what stands there is read when somebody reads it in the target. */
const merge: Call = ([target = OTHER, ...sources], reader) => {
  reader.shallow(target)
  for (const source of sources) {
    reader.shallow(source)
    if (!reader.heap.merge(target, source)) reader.whole(source)
  }
  return target.kind === 'other' ? anyOf(sources) : target
}

const concat: Call = (args, reader) => {
  for (const arg of args) reader.shallow(arg)
  return listOf(anyOf(args.map((arg) => reader.heap.elementOf(arg))), reader)
}

const append: Call = ([items = OTHER, ...added], reader) => {
  for (const arg of [items, ...added]) reader.shallow(arg)
  return listOf(anyOf([reader.heap.elementOf(items), ...added]), reader)
}

const keys: Call = (args, reader) => {
  for (const arg of args) {
    reader.shallow(arg)
    reader.shallow(reader.heap.elementOf(arg))
  }
  return OTHER
}

const include: Call = ([name = OTHER, data = OTHER], reader) => {
  const names = textsOf(name)
  if (names === undefined) {
    reader.whole(name)
    reader.includeAny(data)
  }
  for (const each of names ?? []) reader.include(each, data)
  return OTHER
}

const tpl: Call = ([text = OTHER, data = OTHER], reader) => {
  reader.whole(text)
  reader.template(text, data)
  return OTHER
}

/** A copy of a map without some of its keys, or with them only. */
const partOf: Call = ([first = OTHER, ...rest], reader) => {
  for (const arg of rest) reader.whole(arg)
  reader.shallow(first)
  return first
}

const pick: Call = ([first = OTHER, ...rest], reader) => {
  const names = rest.map(textsOf)
  if (names.includes(undefined)) return partOf([first, ...rest], reader)
  reader.shallow(first)
  return filled(
    names.flatMap((each) => each ?? []).map((name): Entry => [name, reader.heap.fieldOf(first, name)]),
    reader,
  )
}

const pluck: Call = ([key = OTHER, ...maps], reader) =>
  listOf(anyOf(maps.map((map) => into(map, [key], reader))), reader)

const copy: Call = (args, reader) => {
  reader.shallow(last(args))
  return last(args)
}

/** The same items, or some of them, at other places. */
const moved: Call = (args, reader) => {
  for (const arg of args.slice(0, -1)) reader.whole(arg)
  reader.shallow(last(args))
  return listOf(reader.heap.elementOf(last(args)), reader)
}

/** What is left of a list, or cut out of it; what is taken away is compared with all of its items. */
const cut: Call = ([items = OTHER, ...rest], reader) => {
  for (const arg of rest) reader.whole(arg)
  reader.shallow(items)
  return listOf(reader.heap.elementOf(items), reader)
}

const chunk: Call = (args, reader) => listOf(moved(args, reader), reader, 'chunks')

const values: Call = (args, reader) => {
  keys(args, reader)
  return listOf(anyOf(args.map((arg) => reader.heap.elementOf(arg))), reader)
}

/** Arguments that are put together to a text. */
const joined: Call = (args, reader) => {
  consume(args, reader)
  return joinedOf(args.map((arg) => textsOf(arg)?.join('') ?? ''))
}

const printf: Call = (args, reader) => {
  consume(args, reader)
  const format = args[0]?.kind === 'text' ? args[0].text : ''
  return joinedOf(format.split(/%[-+# 0-9.*[\]]*[a-zA-Z]/))
}

/** Without braces in it, a text is no template. */
function joinedOf(parts: readonly string[]): Shape {
  return parts.some((part) => part.includes('{{')) ? { kind: 'joined', parts } : OTHER
}

const CALLS: readonly (readonly [names: string, call: Call])[] = [
  ['default coalesce ternary and or required', choose],
  ['not empty kindOf kindIs typeOf typeIs typeIsLike', glance],
  ['hasKey', hasKey],
  ['index get', index],
  ['dig', dig],
  ['dict', dict],
  ['list tuple', list],
  ['set', set],
  ['merge mergeOverwrite mustMerge mustMergeOverwrite', merge],
  ['concat', concat],
  ['append push prepend mustAppend mustPush mustPrepend', append],
  ['keys', keys],
  ['values', values],
  ['include', include],
  ['tpl', tpl],
  ['omit unset', partOf],
  ['pick', pick],
  ['pluck', pluck],
  ['without mustWithout slice mustSlice', cut],
  ['first last mustFirst mustLast', (args, reader) => reader.heap.elementOf(last(args))],
  ['rest initial reverse uniq compact mustRest mustInitial mustReverse mustUniq mustCompact', moved],
  ['deepCopy mustDeepCopy', copy],
  ['chunk mustChunk', chunk],
  ['print println cat', joined],
  ['printf', printf],
  ['fromYaml fromJson mustFromJson fromToml fromYamlArray fromJsonArray lookup split splitn urlParse', decode],
]

const byName = new Map(CALLS.flatMap(([names, call]) => names.split(' ').map((name) => [name, call])))

/** What a function makes of the shapes of its arguments; one that is not known looks at all of them. */
export function callShape(name: string, args: readonly Shape[], reader: Reader): Shape {
  return (byName.get(name) ?? consume)(args, reader)
}
