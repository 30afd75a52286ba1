import type { SourceTree } from '@slipway/diag'

type Question = 'stat' | 'read' | 'list' | 'readlink'

/** What was asked of a tree, and what it answered. */
export class ReadLog {
  /** The tree, with every question to it written down. */
  readonly tree: SourceTree
  readonly #answers = new Map<
    string,
    { readonly question: Question; readonly path: string; readonly answer: unknown }
  >()

  constructor(tree: SourceTree) {
    const asked = <T>(question: Question, path: string, answer: T): T => {
      this.#answers.set(`${question} ${path}`, { question, path, answer })
      return answer
    }
    this.tree = {
      label: tree.label,
      stat: (path) => asked('stat', path, tree.stat(path)),
      read: (path) => asked('read', path, tree.read(path)),
      list: (path) => asked('list', path, tree.list(path)),
      readlink: (path) => asked('readlink', path, tree.readlink(path)),
    }
  }

  /** Whether another tree answers everything the same. */
  holdsFor(tree: SourceTree | undefined): boolean {
    if (tree === undefined) return false
    try {
      return [...this.#answers.values()].every(({ question, path, answer }) => isSame(answer, tree[question](path)))
    } catch {
      // A file that cannot be read any more is another answer; who needs it is told when it is read.
      return false
    }
  }
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0
  return Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b)
}
