import { type YamlNode, dereference, parseFirst } from '@slipway/yaml'
import { Places, decode } from '../config/decode.ts'
import { REPLACEMENT, type ReplacementEntry } from '../config/kustomization.ts'
import { failure } from '../errors.ts'
import type { Replacement } from '../filters/replacements.ts'
import type { Loader } from '../load/loader.ts'
import type { Maker } from '../tree/node.ts'
import { type BuildContext, extentOf } from './context.ts'

/** Entries of `replacements`, those of files read. */
export interface ReplacementSource {
  readonly loader: Loader
  readonly context: BuildContext
  readonly makerOf: (entry: ReplacementEntry) => Maker
}

/** Makes replacements of entries; one with a path stands for those of the file. */
export function loadReplacements(entries: readonly ReplacementEntry[], of: ReplacementSource): Replacement[] {
  return entries.flatMap((entry) => {
    const maker = of.makerOf(entry)
    if ((entry.path ?? '') === '') return [watched(entry, maker, of.context)]
    if (entry.source !== undefined || (entry.targets ?? []).length > 0) {
      throw failure('cannot specify both path and inline replacement')
    }
    return fromFile(entry.path ?? '', maker, of)
  })
}

function fromFile(path: string, maker: Maker, { loader, context }: ReplacementSource): Replacement[] {
  const root = parseFirst(loader.loadText(path), { dialect: 'sigs', file: loader.fileName(path) })
  const node = root === undefined ? undefined : dereference(root)
  if (node === undefined || node.kind === 'scalar' || node.kind === 'alias') {
    throw failure(`unsupported replacement type encountered within replacement path: ${goKind(node)}`)
  }
  const items = node.kind === 'seq' ? node.items : [node]
  return items.map((item) => {
    const at = { places: new Places(), strict: false, coerce: true }
    const entry = (decode(item, REPLACEMENT, at) ?? {}) as ReplacementEntry
    return watched(entry, { ...maker, at: extentOf(item) }, context)
  })
}

function goKind(node: YamlNode | undefined): string {
  return node === undefined ? 'invalid' : 'string'
}

function watched(entry: ReplacementEntry, maker: Maker, context: BuildContext): Replacement {
  const selected = (_target: number, count: number): void => {
    if (count === 0) context.unused.push({ maker, reason: 'no target matches' })
  }
  return { entry, maker, selected }
}
