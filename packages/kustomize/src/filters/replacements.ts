import { YamlError } from '@slipway/yaml'
import type {
  FieldOptions,
  ReplacementEntry,
  Selector,
  SourceSelector,
  TargetSelector,
} from '../config/kustomization.ts'
import { KustomizeError, failure, prefixed } from '../errors.ts'
import { type ResId, formatId, isSelectedById } from '../resource/gvk.ts'
import { matchesSelector } from '../resource/labels.ts'
import type { Resource } from '../resource/resource.ts'
import { type CompiledSelector, compileSelector, selectsId } from '../resource/select.ts'
import { type Maker, type Node, type NodeKind, isEmpty, scalarNode } from '../tree/node.ts'
import { parseNode } from '../tree/parse.ts'
import { lookup, splitSmart } from '../tree/path.ts'
import { nodeOf, valueOf } from '../tree/value.ts'
import { renderNode } from '../tree/render.ts'
import { matchPath } from './match.ts'

/** A replacement and what it is reported as. */
export interface Replacement {
  readonly entry: ReplacementEntry
  readonly maker: Maker | undefined
  /** Called with the number of resources that each target selected. */
  readonly selected?: (target: number, count: number) => void
}

/** Copies the source's value to the targets. */
export function applyReplacement(resources: readonly Resource[], replacement: Replacement): void {
  const { entry } = replacement
  if ((entry.source === undefined && entry.sourceValue === undefined) || entry.targets === undefined) {
    throw failure('replacements must specify a source and at least one target')
  }
  const value = sourceValue(resources, entry, replacement.maker)
  const maker = replacement.maker === undefined ? undefined : { ...replacement.maker, from: [value.snapshot()] }
  for (const [at, target] of entry.targets.entries()) {
    const count = applyTarget(resources, value, { target, maker })
    replacement.selected?.(at, count)
  }
}

function sourceValue(resources: readonly Resource[], entry: ReplacementEntry, maker: Maker | undefined): Node {
  if (entry.sourceValue !== undefined && entry.source !== undefined) {
    throw failure('value and resource selectors are mutually exclusive')
  }
  if (entry.source === undefined) return scalarNode(entry.sourceValue ?? '', maker)
  const { source } = entry
  const fieldPath = source.fieldPath || 'metadata.name'
  const resource = selectSource(resources, source)
  let value: Node | undefined
  try {
    value = resource.node === undefined ? undefined : lookup(resource.node, splitSmart(fieldPath, '.'))
  } catch (error) {
    throw prefixed(error, 'error looking up replacement source')
  }
  if (value === undefined || isEmpty(value)) {
    throw failure(`fieldPath \`${fieldPath}\` is missing for replacement source ${formatId(idOf(source))}`)
  }
  return refined(value, source.options)
}

function idOf(selector: Selector): ResId {
  const { group = '', version = '', kind = '', name = '', namespace = '' } = selector
  return { group, version, kind, name, namespace, clusterScoped: false }
}

function selectSource(resources: readonly Resource[], source: SourceSelector): Resource {
  const selector = idOf(source)
  const matches = resources.filter((each) => idsOf(each).some((id) => isSelectedById(id, selector)))
  const [first] = matches
  if (matches.length > 1) throw failure(`multiple matches for selector ${describe(source)}`)
  if (first === undefined) throw failure(`nothing selected by ${describe(source)}`)
  return first
}

function describe(source: SourceSelector): string {
  const { fieldPath, options } = source
  const parts = [formatId(idOf(source))]
  parts.push(fieldPath || 'metadata.name')
  if (options !== undefined && ((options.delimiter ?? '') !== '' || options.create === true)) {
    parts.push(`${options.delimiter ?? ''}(${options.index ?? 0}), create=${options.create === true}`)
  }
  return (fieldPath ?? '') === '' ? [parts[0], ...parts.slice(2)].join(':') : parts.join(':')
}

// The present identity first, without what is known of scopes, as kustomize makes them here.
function idsOf(resource: Resource): ResId[] {
  return [{ ...resource.id, clusterScoped: false }, ...resource.previousIds]
}

function refined(value: Node, options: FieldOptions | undefined): Node {
  const delimiter = options?.delimiter ?? ''
  if (delimiter === '') return value
  if (value.kind !== 'scalar') throw failure('delimiter option can only be used with scalar nodes')
  const parts = value.value.split(delimiter)
  const index = options?.index ?? 0
  const part = parts[index]
  if (part === undefined) throw failure(`options.index ${index} is out of bounds for value ${value.value}`)
  const copy = value.copy()
  copy.value = part
  return copy
}

interface TargetContext {
  readonly target: TargetSelector
  readonly maker: Maker | undefined
}

function applyTarget(resources: readonly Resource[], value: Node, context: TargetContext): number {
  const { target } = context
  if (target.select === undefined) throw failure('target must specify resources to select')
  const select = compileSelector(target.select)
  const rejects = (target.reject ?? []).map(compileSelector)
  let count = 0
  for (const resource of resources) {
    const ids = idsOf(resource)
    if (!matchesMeta(resource, target.select) || rejectsMeta(resource, target.reject ?? [])) continue
    if (rejects.some((reject) => rejectsId(reject, ids)) || !ids.some((id) => selectsId(select, id))) continue
    count++
    if (resource.node !== undefined) copyValue(resource.node, value, context)
  }
  return count
}

function matchesMeta(resource: Resource, selector: Selector): boolean {
  const annotations = matchesSelector(selector.annotationSelector ?? '', () => resource.annotations)
  const labels = matchesSelector(selector.labelSelector ?? '', () => resource.labels)
  return annotations && labels
}

function rejectsMeta(resource: Resource, rejects: readonly Selector[]): boolean {
  return rejects.some((reject) => {
    const none = (reject.annotationSelector ?? '') === '' && (reject.labelSelector ?? '') === ''
    return !none && matchesMeta(resource, reject)
  })
}

function rejectsId(reject: CompiledSelector, ids: readonly ResId[]): boolean {
  const { group, version, kind, name, namespace } = idOf(reject.selector)
  if (group + version + kind + name + namespace === '') return false
  return ids.some((id) => selectsId(reject, id))
}

function copyValue(object: Node, value: Node, context: TargetContext): void {
  const { target, maker } = context
  const paths =
    target.fieldPaths === undefined || target.fieldPaths.length === 0 ? ['metadata.name'] : target.fieldPaths
  for (const fieldPath of paths) {
    const create = target.options?.create === true ? value.kind : undefined
    if (setInsideText(object, { value, fieldPath, options: target.options, maker })) continue
    for (const node of fieldsAt(object, fieldPath, create)) setValue(node, value, { options: target.options, maker })
  }
}

function fieldsAt(object: Node, fieldPath: string, create: NodeKind | undefined): Node[] {
  const words = create === undefined ? 'unable to find field' : 'unable to find or create field'
  const problem = `${words} ${JSON.stringify(fieldPath)} in replacement target`
  let found: Node[]
  try {
    found = matchPath(object, splitSmart(fieldPath, '.'), create)
  } catch (error) {
    throw prefixed(error, problem)
  }
  if (found.length === 0) throw failure(problem)
  return found
}

interface SetContext {
  readonly options: FieldOptions | undefined
  readonly maker: Maker | undefined
}

function setValue(target: Node, source: Node, context: SetContext): void {
  const value = source.copy()
  const delimiter = context.options?.delimiter ?? ''
  if (delimiter !== '') value.value = spliced(target, value.value, context.options)
  if (target.kind === 'scalar') return target.setText(value.value, context.maker)
  value.maker = context.maker
  target.set(value)
}

function spliced(target: Node, text: string, options: FieldOptions | undefined): string {
  if (target.kind !== 'scalar') throw failure('delimiter option can only be used with scalar nodes')
  const delimiter = options?.delimiter ?? ''
  const index = options?.index ?? 0
  const parts = target.value.split(delimiter)
  if (index < 0) parts.unshift(text)
  else if (index >= parts.length) parts.push(text)
  else parts[index] = text
  return parts.join(delimiter)
}

interface InsideText extends SetContext {
  readonly value: Node
  readonly fieldPath: string
}

// A path may lead into YAML or JSON that a scalar holds; false where it does not.
function setInsideText(object: Node, at: InsideText): boolean {
  const parts = splitSmart(at.fieldPath, '.')
  for (let count = 1; count < parts.length; count++) {
    const holder = quietly(() => lookup(object, parts.slice(0, count)))
    if (holder === undefined || holder.kind !== 'scalar') continue
    const inner = quietly(() => parseNode(holder.value, ''))
    if (inner === undefined) continue
    return quietly(() => rewriteText(holder, inner, { ...at, rest: parts.slice(count) })) === true
  }
  return false
}

function rewriteText(holder: Node, inner: Node, at: InsideText & { rest: readonly string[] }): boolean {
  const create = at.options?.create === true ? at.value.kind : undefined
  const found = matchPath(inner, at.rest, create)
  if (found.length === 0) return false
  for (const node of found) setValue(node, at.value, at)
  holder.setText(serialized(inner, holder.value), at.maker)
  return true
}

function serialized(inner: Node, original: string): string {
  if (!/^\s*[{[]/.test(original)) return renderNode(inner).trim()
  const value = JSON.parse(JSON.stringify(valueOf(nodeOf(valueOf(inner))))) as unknown
  const pretty = original.includes('\n') && original.includes('  ')
  const text = JSON.stringify(value, undefined, pretty ? 2 : undefined)
  return text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function quietly<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof KustomizeError || error instanceof YamlError) return undefined
    throw error
  }
}
