import type { Compiled } from './exec/compile.ts'
import type { Tree } from './parse/tree.ts'
import type { GoFunc } from './values/value.ts'

/** The functions that templates may call besides the built-in ones, by name. */
export class FunctionTable {
  readonly #functions: ReadonlyMap<string, GoFunc>
  readonly #plain = new WeakMap<Tree, Compiled>()
  readonly #tracked = new WeakMap<Tree, Compiled>()

  constructor(functions: Readonly<Record<string, GoFunc>> | ReadonlyMap<string, GoFunc>) {
    this.#functions = new Map(functions instanceof Map ? functions : Object.entries(functions))
  }

  get(name: string): GoFunc | undefined {
    return this.#functions.get(name)
  }

  has(name: string): boolean {
    return this.#functions.has(name)
  }

  names(): string[] {
    return [...this.#functions.keys()]
  }

  /** The closures of a tree that were compiled for these functions. */
  compiled(tree: Tree, tracked: boolean, compile: () => Compiled): Compiled {
    const cache = tracked ? this.#tracked : this.#plain
    const known = cache.get(tree)
    if (known !== undefined) return known
    const made = compile()
    cache.set(tree, made)
    return made
  }
}
