import { RE2JS } from 're2js'
import type { FieldSpec } from '../config/field-spec.ts'
import type { ImageEntry } from '../config/kustomization.ts'
import { demandKind, elementsOf, entriesOf, field, getField, setScalar } from '../tree/fields.ts'
import { type Maker, type Node, isMissing } from '../tree/node.ts'
import { visitFieldSpecs } from './field-path.ts'
import { entryNode } from './set-entry.ts'

/** One image entry. */
export interface ImageFilter {
  readonly image: ImageEntry
  readonly fields: readonly FieldSpec[]
  readonly maker: Maker | undefined
  /** Called for each image that the entry matched. */
  readonly matched?: () => void
}

/** Rewrites images that the entry matches: in every list `containers` or `initContainers`, wherever it is, and in the configured fields. */
export function setImages(object: Node, filter: ImageFilter): void {
  if (field(object, 'kind')?.value === 'CustomResourceDefinition') return
  const matches = matcherOf(filter.image)
  const set = (node: Node): void => {
    demandKind(node, 'scalar')
    if (!matches(node.value)) return
    filter.matched?.()
    setScalar(node, entryNode(rewrite(node.value, filter.image), '', filter.maker))
  }
  findContainers(object, set)
  visitFieldSpecs(object, filter.fields, { set })
}

function findContainers(node: Node, set: (node: Node) => void): void {
  if (node.kind === 'seq') for (const item of elementsOf(node)) findContainers(item, set)
  if (node.kind !== 'map') return
  for (const [key, value] of entriesOf(node)) {
    findContainers(value, set)
    if ((key.value === 'containers' || key.value === 'initContainers') && value.kind === 'seq') setEach(value, set)
  }
}

function setEach(list: Node, set: (node: Node) => void): void {
  for (const item of elementsOf(list)) {
    const image = getField(item, 'image')
    if (image !== undefined && !isMissing(image)) set(image)
  }
}

const MATCHERS = new WeakMap<ImageEntry, (image: string) => boolean>()

// The name of an entry is a regular expression, as kustomize compiles it into its pattern unescaped.
function matcherOf(entry: ImageEntry): (image: string) => boolean {
  const known = MATCHERS.get(entry)
  if (known !== undefined) return known
  const matcher = compile(entry.name ?? '')
  MATCHERS.set(entry, matcher)
  return matcher
}

function compile(name: string): (image: string) => boolean {
  const tail = '(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?$'
  try {
    const pattern = RE2JS.compile(`^${name}${tail}`)
    return (image) => pattern.matcher(image).find()
  } catch {
    // A name that is no expression matches nothing.
    return () => false
  }
}

function rewrite(image: string, entry: ImageEntry): string {
  const parts = splitImage(image)
  const name = entry.newName || parts.name
  let { tag, digest } = parts
  if (entry.newTag) {
    tag = entry.newTag
    digest = entry.digest ?? ''
  } else if (entry.digest) {
    tag = ''
    digest = entry.digest
  } else if (entry.tagSuffix) {
    tag += entry.tagSuffix
    digest = ''
  }
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`
}

/** Name, tag and digest of an image. */
export function splitImage(image: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(image.indexOf('/'), 0)
  const search = image.slice(slash)
  const at = search.indexOf('@')
  const colon = search.indexOf(':')
  if (colon < 0 && at < 0) return { name: image, tag: '', digest: '' }
  if (at >= 0 && (colon < 0 || at < colon))
    return { name: image.slice(0, slash + at), tag: '', digest: image.slice(slash + at + 1) }
  const name = image.slice(0, slash + colon)
  if (at < 0) return { name, tag: image.slice(slash + colon + 1), digest: '' }
  return { name, tag: image.slice(slash + colon + 1, slash + at), digest: image.slice(slash + at + 1) }
}
