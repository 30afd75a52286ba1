import type { Path } from './shape.ts'

/** Where a template reads. */
export interface ReadPlace {
  /** The name of the template file. */
  readonly file: string
  readonly offset: number
}

/** One part of the values that templates read. */
export interface ValuesRead {
  readonly path: Path
  /** The value with all that is in it; else only what the value itself is. */
  readonly isWhole: boolean
  readonly place: ReadPlace | undefined
}

interface Node {
  readonly children: Map<string, Node>
  isWhole: boolean
  isRead: boolean
}

function newNode(): Node {
  return { children: new Map(), isWhole: false, isRead: false }
}

/** The parts of the values that some road of some template can read. */
export class ReadSet {
  readonly reads: ValuesRead[] = []
  readonly #root = newNode()
  readonly #seen = new Set<string>()

  add(path: Path, isWhole: boolean, place: ReadPlace | undefined): void {
    const key = `${isWhole ? '!' : ''}${JSON.stringify(path)}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.reads.push({ path, isWhole, place })
    let node = this.#root
    for (const step of path) {
      const next = node.children.get(step) ?? newNode()
      node.children.set(step, next)
      node = next
    }
    node.isRead = true
    node.isWhole ||= isWhole
  }

  /** Whether a template looks at the value at a path. */
  has(path: Path): boolean {
    return seen(this.#root, path, KNOWN)
  }

  /** Whether it may: by a key, too, that is only known when it runs. */
  mayHave(path: Path): boolean {
    return seen(this.#root, path, POSSIBLE)
  }

  /** The names that templates read beside a path: what a misspelt key may have meant. */
  siblings(path: Path): string[] {
    const found = new Set<string>()
    collect(this.#root, path.slice(0, -1), found)
    for (const sign of POSSIBLE) found.delete(sign)
    return [...found]
  }
}

const KNOWN = ['*']
const POSSIBLE = ['*', '?']

function seen(node: Node, path: Path, signs: readonly string[]): boolean {
  if (node.isWhole) return true
  const [step, ...rest] = path
  // Of what is read inside of a value, that value is a part of the road.
  if (step === undefined) return node.isRead || node.children.size > 0
  return [step, ...signs].some((name) => {
    const next = node.children.get(name)
    return next !== undefined && seen(next, rest, signs)
  })
}

function collect(node: Node, path: Path, into: Set<string>): void {
  const [step, ...rest] = path
  if (step === undefined) {
    for (const name of node.children.keys()) into.add(name)
    return
  }
  for (const name of [step, ...POSSIBLE]) {
    const next = node.children.get(name)
    if (next !== undefined) collect(next, rest, into)
  }
}
