import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { EntryKind, TreeEntry } from '@slipway/diag'
import type { BuildContext } from './context.ts'
import { kindAt, kindOf } from './host-files.ts'
import { resolveInside } from './inside.ts'

/** What COPY copies from: the build context, or a stage's folder. Paths are relative to its top; links are given as stored. */
export interface CopySource {
  stat(path: string): EntryKind | undefined
  list(path: string): readonly TreeEntry[]
  read(path: string): Uint8Array
  readlink(path: string): string
  executable(path: string): boolean
  /** The path with links followed inside the source, as COPY does for what it names. */
  real(path: string): string
  /** Where the file lies on this machine, if it does. */
  hostPath(path: string): string | undefined
}

/** The build context as a source. */
export function contextSource(context: BuildContext): CopySource {
  return {
    stat: (path) => context.stat(path),
    list: (path) => context.list(path),
    read: (path) => context.read(path) ?? new Uint8Array(),
    readlink: (path) => context.readlink(path) ?? '',
    executable: (path) => context.executable?.(path) === true,
    real: (path) => followInTree(context, path),
    hostPath: () => undefined,
  }
}

const MOST_STEPS = 1000

/** Follows links of a tree, whose own top is `/`. */
function followInTree(context: BuildContext, path: string): string {
  const pending = path.split('/').filter((part) => part !== '')
  let at: string[] = []
  for (let steps = 0; pending.length > 0 && steps < MOST_STEPS; steps++) {
    const part = pending.shift() ?? ''
    if (part === '.') continue
    if (part === '..') {
      at.pop()
      continue
    }
    const target = context.readlink([...at, part].join('/'))
    if (target === undefined) at.push(part)
    else {
      if (target.startsWith('/')) at = []
      pending.unshift(...target.split('/').filter((each) => each !== ''))
    }
  }
  return at.join('/')
}

/** A folder of this machine as a source; its top is `/` for its links. */
export function folderSource(root: string): CopySource {
  const at = (path: string): string => join(root, path)
  return {
    stat: (path) => kindAt(at(path)),
    list: (path) =>
      readdirSync(at(path), { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindOf(entry) })),
    read: (path) => readFileSync(at(path)),
    readlink: (path) => readlinkSync(at(path)),
    executable: (path) => (lstatSync(at(path)).mode & 0o111) !== 0,
    real: (path) => relative(root, resolveInside(root, path)),
    hostPath: at,
  }
}
