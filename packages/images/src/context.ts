import { createHash, type Hash } from 'node:crypto'
import { compareBytes, type SourceTree } from '@slipway/diag'
import { parseIgnore, type Ignore } from '@slipway/dockerfile'

/**
 * A build context: a source tree, such as the folder of a git commit that holds the Dockerfile. `executable` tells which files carry the x bit; without
 * it none does.
 */
export interface BuildContext extends SourceTree {
  executable?(path: string): boolean
}

/** The `.dockerignore` of a context: `<Dockerfile>.dockerignore` beside the Dockerfile outranks the one at the root, as in BuildKit. */
export function readIgnore(context: SourceTree, dockerfile: string): Ignore {
  const bytes = context.read(`${dockerfile}.dockerignore`) ?? context.read('.dockerignore')
  return bytes === undefined ? () => false : parseIgnore(new TextDecoder().decode(bytes))
}

/**
 * The context as COPY sees it: without what is ignored. A folder is there if it is not ignored itself or if anything below it is there.
 */
export function visibleContext(context: BuildContext, ignore: Ignore): BuildContext {
  const visible = new Set<string>([''])
  const visit = (directory: string): void => {
    for (const { name, kind } of context.list(directory)) {
      const path = directory === '' ? name : `${directory}/${name}`
      if (kind === 'directory') visit(path)
      if (!ignore(path)) addWithParents(visible, path)
    }
  }
  visit('')
  return {
    label: context.label,
    stat: (path) => (visible.has(path) ? context.stat(path) : undefined),
    read: (path) => (visible.has(path) ? context.read(path) : undefined),
    readlink: (path) => (visible.has(path) ? context.readlink(path) : undefined),
    list: (directory) =>
      context.list(directory).filter(({ name }) => visible.has(directory === '' ? name : `${directory}/${name}`)),
    executable: (path) => context.executable?.(path) === true,
  }
}

function addWithParents(paths: Set<string>, path: string): void {
  for (let at = path; !paths.has(at); at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') paths.add(at)
}

/** Feeds every name, kind, x bit and content below a path into a hash, in byte order: equal contexts have equal hashes on every machine. */
export function hashTree(hash: Hash, tree: BuildContext, directory = ''): void {
  const entries = [...tree.list(directory)].sort((a, b) => compareBytes(a.name, b.name))
  for (const { name, kind } of entries) {
    const path = directory === '' ? name : `${directory}/${name}`
    hash.update(`${kind} ${tree.executable?.(path) === true ? 'x' : '-'} ${path}\0`)
    if (kind === 'directory') hashTree(hash, tree, path)
    else if (kind === 'symlink') hash.update(`${tree.readlink(path) ?? ''}\0`)
    else
      hash.update(
        createHash('sha256')
          .update(tree.read(path) ?? new Uint8Array())
          .digest(),
      )
  }
}
