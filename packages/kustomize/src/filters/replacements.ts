import type {
  FieldOptions,
  ReplacementEntry,
  Selector,
  SourceSelector,
  TargetSelector,
} from '../config/kustomization.ts'
import { failure, prefixed } from '../errors.ts'
import { type ResId, formatId, isSelectedById } from '../resource/gvk.ts'
import { matchesSelector } from '../resource/labels.ts'
import type { Resource } from '../resource/resource.ts'
import { type CompiledSelector, compileSelector, selectsId } from '../resource/select.ts'
import { type Maker, type Node, isEmpty, scalarNode } from '../tree/node.ts'
import { lookup, splitSmart } from '../tree/path.ts'
import { copyValue } from './replacement-target.ts'

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
