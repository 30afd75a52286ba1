import { YamlError } from '@slipway/yaml'
import type { PatchEntry } from '../config/kustomization.ts'
import { KustomizeError, failure, prefixed } from '../errors.ts'
import { type JsonPatchOperation, parseJsonPatch } from '../filters/json-patch.ts'
import type { Loader } from '../load/loader.ts'
import { type TextSource, readResources } from '../resource/read.ts'
import type { Resource } from '../resource/resource.ts'
import type { Maker, Node } from '../tree/node.ts'
import { configText } from './configured.ts'
import { type InlinePlace, inlineText } from './inline-text.ts'
import { readFileResources } from './resource-file.ts'

/** A patch entry: its strategic merge patches or its operations. */
export interface LoadedPatch {
  readonly entry: PatchEntry
  readonly merges: readonly Resource[]
  readonly operations: readonly JsonPatchOperation[] | undefined
  /** `[patch: "..."]` or `[path: "..."]`. */
  readonly source: string
  readonly maker: Maker
}

/** A patch entry and where it stands. */
export interface PatchSource extends InlinePlace {
  readonly entry: PatchEntry
  readonly loader: Loader
  readonly maker: Maker
  /** The text of the configuration that the entry is from, which messages quote; without one, the entry as such a text. */
  readonly config?: string
}

interface PatchText {
  readonly placed: TextSource
  readonly source: string
}

/** Reads an entry of `patches`: one or more strategic merge patches, or one JSON patch. */
export function loadPatch(of: PatchSource): LoadedPatch {
  const { entry, maker } = of
  const { placed, source } = patchText(of)
  const merges = attempt(() => readResources(placed))
  const operations = attempt(() => jsonOperations(placed, maker))
  if (merges !== undefined && merges.length > 0 && operations !== undefined && operations.length > 0) {
    throw failure(`illegally qualifies as both an SM and JSON patch: ${source}`)
  }
  if (merges === undefined && operations === undefined) throw failure(`unable to parse SM or JSON patch from ${source}`)
  for (const each of merges ?? []) {
    markPatch(each, maker)
    each.allowNameChange = entry.options?.allowNameChange === true
    each.allowKindChange = entry.options?.allowKindChange === true
  }
  return { entry, merges: merges ?? [], operations: merges === undefined ? operations : undefined, source, maker }
}

function patchText(of: PatchSource): PatchText {
  const { entry, loader } = of
  const patch = goTrim(entry.patch ?? '')
  const path = entry.path ?? ''
  if (patch === '' && path === '') throw failure(`must specify one of patch and path in\n${describe(of)}`)
  if (patch !== '' && path !== '') throw failure(`patch and path can't be set at the same time\n${describe(of)}`)
  if (patch !== '') return { placed: inlineText(patch, of), source: `[patch: ${JSON.stringify(patch)}]` }
  try {
    const text = loader.loadText(path)
    return { placed: { text, file: loader.fileName(path) }, source: `[path: ${JSON.stringify(path)}]` }
  } catch (error) {
    throw prefixed(error, `failed to get the patch file from path(${path})`)
  }
}

function goTrim(text: string): string {
  return text.replace(/^[\s\u0085]+|[\s\u0085]+$/g, '')
}

function describe({ entry, config }: PatchSource): string {
  return config ?? configText({ ...entry })
}

function jsonOperations(placed: TextSource, maker: Maker): JsonPatchOperation[] {
  if (placed.text === '') throw failure('empty json patch operations')
  return parseJsonPatch(placed, maker)
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof KustomizeError || error instanceof YamlError) return undefined
    throw error
  }
}

/** Says of each node of a patch that it is the patch's. */
export function markPatch(patch: Resource, maker: Maker): void {
  if (patch.node !== undefined) mark(patch.node, maker)
}

function mark(node: Node, maker: Maker): void {
  node.maker = { ...maker, at: node.at ?? maker.at }
  for (const each of node.content) mark(each, maker)
}

/** Where a list of patch texts or paths stands. */
export interface MergePatchSource extends InlinePlace {
  readonly loader: Loader
  readonly maker: Maker
}

/** Reads an entry of `patchesStrategicMerge`, which is a patch or the path of one. */
export function loadMergePatches(entry: string, of: MergePatchSource): Resource[] {
  const inline = attempt(() => readResources(inlineText(entry, of)))
  const patches = inline ?? readFileResources(of.loader, entry)
  for (const patch of patches) markPatch(patch, of.maker)
  return patches
}

/** Reads an entry of `patchesJson6902`. */
export function loadJson6902(of: PatchSource): LoadedPatch {
  const { entry, maker, loader } = of
  const { path = '', patch = '' } = entry
  if ((entry.target?.name ?? '') === '') throw failure('must specify the target name')
  if (path === '' && patch === '') throw failure('empty file path and empty jsonOp')
  if (path !== '' && patch !== '') throw failure('must specify a file path or jsonOp, not both')
  const text = path === '' ? patch : loader.loadText(path)
  if (text === '') throw failure(`patch file '${path}' empty seems to be empty`)
  const placed = path === '' ? inlineText(text, of) : { text, file: loader.fileName(path) }
  const operations = decodeOperations(placed, maker)
  if (operations.length === 0) throw failure(`patch appears to be empty; file=${path}, JsonOp=${text}`)
  return { entry, merges: [], operations, source: path === '' ? '[patch]' : `[path: ${JSON.stringify(path)}]`, maker }
}

function decodeOperations(placed: TextSource, maker: Maker): JsonPatchOperation[] {
  try {
    return parseJsonPatch(placed, maker)
  } catch (error) {
    throw prefixed(error, `decoding ${placed.text.trim()}`)
  }
}
