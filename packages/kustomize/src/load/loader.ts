import type { SourceTree } from '@slipway/diag'
import { KustomizeError, failure } from '../errors.ts'
import { type RepoSpec, isRemoteFile, parseRepoSpec } from './remote.ts'

/** Where remote bases and files come from; both calls are synchronous, so that a build stays one function of its inputs. */
export interface Fetcher {
  /** The tree of a repository at the ref of the spec. */
  repository(spec: RepoSpec): SourceTree
  /** The bytes at an http or https URL; throws where the server says no. */
  file(url: string): Uint8Array
}

/** What a build may read. */
export interface LoadLimits {
  /** Files may lie outside of the directory of the kustomization that names them. */
  readonly unrestricted: boolean
  readonly maxFiles: number
  readonly maxBytes: number
  readonly maxDepth: number
}

interface Shared {
  readonly fetcher: Fetcher | undefined
  readonly limits: LoadLimits
  files: number
  bytes: number
  readonly read: Set<string>
}

const MAX_LINKS = 40

/** Reads the files of one kustomization directory and opens others from it. */
export class Loader {
  readonly tree: SourceTree
  /** The directory in the tree, symbolic links resolved; '' is the tree's root. */
  readonly root: string
  readonly #referrer: Loader | undefined
  readonly #repo: RepoSpec | undefined
  readonly #shared: Shared
  readonly #prefix: string
  readonly depth: number

  private constructor(
    at: { tree: SourceTree; root: string; prefix: string; repo?: RepoSpec | undefined },
    referrer: Loader | undefined,
    shared: Shared,
  ) {
    this.tree = at.tree
    this.root = at.root
    this.#prefix = at.prefix
    this.#repo = at.repo
    this.#referrer = referrer
    this.#shared = shared
    this.depth = referrer === undefined ? 1 : referrer.depth + 1
  }

  /** The loader of the directory that a build starts in. `prefix` is what messages put before paths of the tree: its absolute path and `/`. */
  static open(
    tree: SourceTree,
    path: string,
    options: { prefix: string; fetcher?: Fetcher | undefined; limits: LoadLimits },
  ): Loader {
    const shared = { fetcher: options.fetcher, limits: options.limits, files: 0, bytes: 0, read: new Set<string>() }
    const spec = parseRepoSpec(path)
    if (spec !== undefined) return Loader.#cloned(spec, undefined, shared)
    const root = directoryAt(tree, path, (at) => options.prefix + at)
    return new Loader({ tree, root, prefix: options.prefix }, undefined, shared)
  }

  /** The directory as messages name it. */
  get label(): string {
    return this.#show(this.root)
  }

  /** Paths of the tree that were read so far, in the whole build. */
  get filesRead(): ReadonlySet<string> {
    return this.#shared.read
  }

  #show(path: string): string {
    return path === '' ? this.#prefix.replace(/(.)\/$/, '$1') : this.#prefix + path
  }

  /** Opens another kustomization directory, relative to this one or in a repository. */
  open(path: string): Loader {
    if (path === '') throw new KustomizeError('KUSTOMIZE_FILE', 'new root cannot be empty')
    if (this.depth >= this.#shared.limits.maxDepth) {
      throw new KustomizeError('KUSTOMIZE_LIMIT', `bases are nested deeper than ${this.#shared.limits.maxDepth}`)
    }
    const spec = parseRepoSpec(path)
    if (spec !== undefined) {
      this.#refuseRepoCycle(spec)
      return Loader.#cloned(spec, this, this.#shared)
    }
    if (path.startsWith('/')) throw new KustomizeError('KUSTOMIZE_SECURITY', `new root '${path}' cannot be absolute`)
    refuseAmbiguous(path)
    const root = directoryAt(this.tree, joinPath(this.root, path), (at) => this.#show(at))
    this.#refuseCycle(root)
    return new Loader({ tree: this.tree, root, prefix: this.#prefix }, this, this.#shared)
  }

  static #cloned(spec: RepoSpec, referrer: Loader | undefined, shared: Shared): Loader {
    if (shared.fetcher === undefined) {
      const message = `remote base '${spec.raw}' is not fetched: no network was asked for`
      throw new KustomizeError('KUSTOMIZE_REMOTE', message)
    }
    const tree = shared.fetcher.repository(spec)
    const prefix = `${spec.cloneUrl}//`
    const root = directoryAt(tree, spec.path, (at) => prefix + at)
    return new Loader({ tree, root, prefix, repo: spec }, referrer, shared)
  }

  #refuseCycle(candidate: string): void {
    if (isInside(this.root, candidate)) {
      const message = `cycle detected: candidate root '${this.#show(candidate)}' contains visited root '${this.label}'`
      throw new KustomizeError('KUSTOMIZE_CYCLE', message, { hint: 'take one of the two out of the other' })
    }
    const referrer = this.#referrer
    if (this.#repo === undefined && referrer !== undefined && referrer.tree === this.tree)
      referrer.#refuseCycle(candidate)
  }

  #refuseRepoCycle(spec: RepoSpec): void {
    const own = this.#repo?.raw ?? ''
    if (own !== '' && own.startsWith(spec.raw)) {
      const message = `cycle detected: URI '${spec.raw}' referenced by previous URI '${own}'`
      throw new KustomizeError('KUSTOMIZE_CYCLE', message)
    }
    if (this.#referrer !== undefined) this.#referrer.#refuseRepoCycle(spec)
  }

  /** The bytes of a file, relative to this directory, or at an http URL. */
  load(path: string): Uint8Array {
    if (isRemoteFile(path)) return this.#fetched(path)
    const full = path.startsWith('/') ? this.#insideTree(path) : joinPath(this.root, path)
    const real = this.#restricted(full)
    const bytes = this.tree.read(real)
    if (bytes === undefined) throw this.#unreadable(real)
    this.#account(real, bytes)
    return bytes
  }

  /** The same as text: UTF-8, or UTF-16 with a byte order mark. */
  loadText(path: string): string {
    const bytes = this.load(path)
    const encoding = encodingOf(bytes)
    try {
      return new TextDecoder(encoding, { fatal: true, ignoreBOM: encoding === 'utf-8' }).decode(bytes)
    } catch (error) {
      throw failure('yaml: incomplete UTF-8 octet sequence', { cause: error })
    }
  }

  /** The path of a file of this directory in the tree, as ranges name it. */
  fileName(path: string): string {
    return isRemoteFile(path) ? path : joinPath(this.root, path)
  }

  #insideTree(path: string): string {
    if (path.startsWith(this.#prefix)) return normalize(path.slice(this.#prefix.length))
    throw this.#outside(path)
  }

  #outside(shown: string): KustomizeError {
    const hint = 'move the file below the kustomization, or build with --load-restrictor LoadRestrictionsNone'
    return new KustomizeError('KUSTOMIZE_SECURITY', `security; file '${shown}' is not in or below '${this.label}'`, {
      hint,
    })
  }

  #fetched(url: string): Uint8Array {
    const { fetcher } = this.#shared
    if (fetcher === undefined) {
      throw new KustomizeError('KUSTOMIZE_REMOTE', `remote file '${url}' is not fetched: no network was asked for`)
    }
    return fetcher.file(url)
  }

  #restricted(path: string): string {
    const real = realPath(this.tree, path)
    if (this.#shared.limits.unrestricted) return real ?? path
    if (real === undefined || this.tree.stat(real) === undefined) throw this.#missing(path)
    if (this.tree.stat(real) === 'directory') {
      throw new KustomizeError('KUSTOMIZE_FILE', `'${this.#show(path)}' must resolve to a file`)
    }
    if (isInside(parentOf(real), this.root)) return real
    throw this.#outside(this.#show(path))
  }

  #missing(path: string): KustomizeError {
    // Go names the first part that is not there.
    const message = `evalsymlink failure on '${this.#show(path)}' : lstat ${this.#show(firstMissing(this.tree, path))}: no such file or directory`
    return new KustomizeError('KUSTOMIZE_FILE', message, { hint: 'correct the name, or add what it names' })
  }

  #unreadable(path: string): KustomizeError {
    const words =
      this.tree.stat(path) === 'directory'
        ? `read ${this.#show(path)}: is a directory`
        : `open ${this.#show(path)}: no such file or directory`
    return new KustomizeError('KUSTOMIZE_FILE', words)
  }

  #account(path: string, bytes: Uint8Array): void {
    const shared = this.#shared
    shared.read.add(path)
    shared.files++
    shared.bytes += bytes.length
    if (shared.files > shared.limits.maxFiles || shared.bytes > shared.limits.maxBytes) {
      const { maxFiles, maxBytes } = shared.limits
      throw new KustomizeError('KUSTOMIZE_LIMIT', `a build may read ${maxFiles} files and ${maxBytes} bytes`)
    }
  }
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}

function refuseAmbiguous(path: string): void {
  const ambiguous = path.split('/').some((part) => part !== '..' && part.includes('..'))
  if (!ambiguous) return
  const message =
    `path ${JSON.stringify(path)} is ambiguous: resolves to ${JSON.stringify(normalize(path))} after normalization, ` +
    'which is likely not the intended target; check for YAML indentation errors in your kustomization file'
  throw new KustomizeError('KUSTOMIZE_FILE', message)
}

function directoryAt(tree: SourceTree, path: string, show: (path: string) => string): string {
  const clean = normalize(path)
  const real = realPath(tree, clean)
  const kind = real === undefined ? undefined : tree.stat(real)
  if (real !== undefined && kind === 'directory') return real
  const detail =
    kind === 'file'
      ? `'${show(clean)}': file is not directory`
      : `not a valid directory: evalsymlink failure on '${show(clean)}' : lstat ${show(firstMissing(tree, clean))}: no such file or directory`
  throw new KustomizeError('KUSTOMIZE_FILE', `must build at directory: ${detail}`)
}

/** A path without `.`, `..` and doubled slashes; what leaves the tree keeps its `..`. */
export function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}

/** A path relative to a directory. */
export function joinPath(directory: string, path: string): string {
  return normalize(directory === '' ? path : `${directory}/${path}`)
}

function parentOf(path: string): string {
  const at = path.lastIndexOf('/')
  return at < 0 ? '' : path.slice(0, at)
}

/** Whether a path is the directory or below it. */
function isInside(path: string, directory: string): boolean {
  return directory === '' ? !path.startsWith('..') : path === directory || path.startsWith(`${directory}/`)
}

function firstMissing(tree: SourceTree, path: string): string {
  const parts = path.split('/')
  for (let count = 1; count <= parts.length; count++) {
    const part = parts.slice(0, count).join('/')
    const real = realPath(tree, part)
    if (real === undefined || tree.stat(real) === undefined) return part
  }
  return path
}

/** The path with all symbolic links resolved; undefined where a link is broken, leaves the tree or goes in circles. */
export function realPath(tree: SourceTree, path: string): string | undefined {
  let rest = path.split('/').filter((part) => part !== '' && part !== '.')
  let real = ''
  for (let links = 0; rest.length > 0; ) {
    const [part = '', ...after] = rest
    rest = after
    if (part === '..') {
      if (real === '') return undefined
      real = parentOf(real)
      continue
    }
    const next = real === '' ? part : `${real}/${part}`
    const kind = tree.stat(next)
    if (kind === undefined) return undefined
    if (kind !== 'symlink') {
      real = next
      continue
    }
    const target = tree.readlink(next)
    if (target === undefined || ++links > MAX_LINKS) return undefined
    const parts = target.split('/').filter((each) => each !== '' && each !== '.')
    if (target.startsWith('/')) {
      if (tree.label !== '/') return undefined
      real = ''
    }
    rest = [...parts, ...rest]
  }
  return real
}
