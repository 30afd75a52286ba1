import { type Json, type JsonObject, isObject } from './values.ts'

/** A schema that a reference leads to, with its address. */
export interface Located {
  readonly schema: Json
  readonly url: string
}

const ROOT = 'file:///values.schema.json'

/** Finds what `$ref` means inside one schema document: pointers, `$id`s and anchors. */
export class Resolver {
  readonly draft: number
  /** What `$schema` names, when it is no draft. */
  readonly unknownDraft: string | undefined
  readonly root: Json
  /** Formats are checked, too: in schemas of schemas. */
  readonly asserts: boolean
  readonly #ids = new Map<string, Json>()
  readonly #bases = new Map<Json, string>()

  constructor(root: Json, options: { readonly vocabularies?: readonly Json[]; readonly asserts?: boolean } = {}) {
    this.root = root
    this.asserts = options.asserts === true
    for (const each of options.vocabularies ?? []) this.#index(each, ROOT)
    const draft = draftOf(root)
    this.draft = draft ?? 2020
    this.unknownDraft = draft === undefined ? draftUrl(root) : undefined
    this.#index(root, ROOT)
    this.#ids.set(ROOT, root)
  }

  /** The schema that a reference in `from` names; undefined when it is not in the document. */
  find(reference: string, from: JsonObject): Located | undefined {
    // A vocabulary means the schema that it is a part of.
    if (this.asserts && (from['$dynamicRef'] === reference || from['$recursiveRef'] === reference))
      return { schema: this.root, url: ROOT }
    const url = this.address(reference, from)
    const [base = '', fragment = ''] = split(url)
    const known = this.#ids.get(url)
    if (known !== undefined) return { schema: known, url }
    const root = this.#ids.get(base)
    if (root === undefined) return undefined
    if (fragment === '') return { schema: root, url }
    const schema = fragment.startsWith('/') ? pointed(root, fragment) : undefined
    return schema === undefined ? undefined : { schema, url }
  }

  /** The whole address of a reference in `from`. */
  address(reference: string, from: JsonObject): string {
    return join(this.#bases.get(from) ?? ROOT, reference)
  }

  /** Whether a schema of the document has an address. */
  has(url: string): boolean {
    return this.#ids.has(url)
  }

  #index(schema: Json, base: string): void {
    if (Array.isArray(schema)) {
      for (const item of schema as readonly Json[]) this.#index(item, base)
      return
    }
    if (!isObject(schema)) return
    const id = schema[this.draft === 4 ? 'id' : '$id']
    const own = typeof id === 'string' ? join(base, id) : base
    if (typeof id === 'string') this.#ids.set(own.replace(/#$/, ''), schema)
    for (const name of ['$anchor', '$dynamicAnchor']) {
      const anchor = schema[name]
      if (typeof anchor === 'string') this.#ids.set(`${own}#${anchor}`, schema)
    }
    this.#bases.set(schema, own)
    for (const [key, item] of Object.entries(schema)) if (key !== 'enum' && key !== 'const') this.#index(item, own)
  }
}

function split(url: string): string[] {
  const at = url.indexOf('#')
  return at < 0 ? [url, ''] : [url.slice(0, at), decoded(url.slice(at + 1))]
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch (error) {
    if (error instanceof URIError) return fragment
    throw error
  }
}

function join(base: string, reference: string): string {
  if (reference.startsWith('#')) return `${split(base)[0] ?? ''}${reference}`
  try {
    return new URL(reference, base).href
  } catch (error) {
    if (error instanceof TypeError) return reference
    throw error
  }
}

function pointed(root: Json, pointer: string): Json | undefined {
  let at: Json | undefined = root
  for (const token of pointer.slice(1).split('/')) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(at)) at = (at as readonly Json[])[Number(key)]
    else at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined
  }
  return at
}

/** The draft that `$schema` names, the newest by default; undefined for what is none. */
function draftOf(root: Json): number | undefined {
  const url = draftUrl(root)
  if (url === undefined) return 2020
  const match = /^https?:\/\/json-schema\.org\/draft(?:-0|\/)(4|6|7|2019-09|2020-12)\/schema$/.exec(url)
  if (/^https?:\/\/json-schema\.org\/schema$/.test(url)) return 2020
  return match === null ? undefined : Number.parseInt(match[1] ?? '', 10)
}

function draftUrl(root: Json): string | undefined {
  const schema = isObject(root) ? root['$schema'] : undefined
  return typeof schema === 'string' ? schema.replace(/#$/, '') : undefined
}
