import { type FunctionTable, TemplateError, TemplateSet, type Tree } from '@slipway/gotemplate'
import type { Shape } from './shape.ts'

/** The texts that may be given to `tpl`, as templates. */
export class TextPool {
  readonly #functions: FunctionTable
  readonly #parsed = new Map<string, readonly Tree[] | undefined>()
  readonly #texts = new Set<string>()

  constructor(functions: FunctionTable, texts: readonly string[]) {
    this.#functions = functions
    for (const text of texts) this.add(text)
  }

  /** True for one that was not known and looks like a template. */
  add(text: string): boolean {
    if (!text.includes('{{') || this.#texts.has(text)) return false
    this.#texts.add(text)
    return this.#parse(text) !== undefined
  }

  /** What a text is as a template, or may be; undefined where it could be anything. */
  templates(text: Shape): Tree[] | undefined {
    const parts = text.kind === 'any' ? text.of : [text]
    const found = parts.map((part) => this.#templatesOf(part))
    return found.includes(undefined) ? undefined : [...new Set(found.flatMap((trees) => trees ?? []))]
  }

  #templatesOf(text: Shape): readonly Tree[] | undefined {
    if (text.kind === 'text') return this.#parse(text.text) ?? []
    if (text.kind === 'joined') return this.#joined(text.parts)
    return [...this.#texts].flatMap((each) => this.#parse(each) ?? [])
  }

  /** Where the parts alone are a template, any text may stand between them; what stands inside of braces may be anything. */
  #joined(parts: readonly string[]): readonly Tree[] | undefined {
    if (parts.some((_, at) => isOpen(parts.slice(0, at).join('')))) return undefined
    const alone = this.#parse(parts.join(''))
    if (alone === undefined) return undefined
    return [alone, ...[...this.#texts].map((each) => this.#parse(parts.join(each)))].flatMap((trees) => trees ?? [])
  }

  #parse(text: string): readonly Tree[] | undefined {
    if (this.#parsed.has(text)) return this.#parsed.get(text)
    const trees = this.#treesOf(text, `text ${this.#parsed.size}`)
    this.#parsed.set(text, trees)
    return trees
  }

  #treesOf(text: string, name: string): Tree[] | undefined {
    try {
      return new TemplateSet({ functions: this.#functions }).parseTrees(name, text)
    } catch (error) {
      // What does not parse is no template.
      if (error instanceof TemplateError) return undefined
      throw error
    }
  }
}

function isOpen(text: string): boolean {
  return text.lastIndexOf('{{') > text.lastIndexOf('}}')
}
