import {
  copyJson,
  applyConfiguration,
  applyDefaults,
  deepEqual,
  gvkOf,
  isRecord,
  shapeOfKind,
  typeOfKind,
  type KubeObject,
} from '@slipway/objects'
import { syncOption } from '../annotations.ts'
import { removeIgnored, type IgnoreRule } from './ignore.ts'
import { dropLastApplied, lastAppliedOf, normalised } from './normalise.ts'
import { threeWayMerge } from './three-way.ts'

/** The field manager of Argo CD's writes. */
export const FIELD_MANAGER = 'argocd-controller'

/** How two sides are compared. */
export interface DiffOptions {
  readonly ignore?: readonly IgnoreRule[]
  /** Objects are applied server-side, so that ownership of fields tells what to remove, not an annotation. */
  readonly serverSideApply?: boolean
  /** What the API says that an apply would lead to: it is not worked out here then. */
  readonly predicted?: KubeObject
}

/** What a sync would change: the live object and what it would become, both normalised. `modified` is false for what only exists live: that is pruned. */
export interface Difference {
  readonly modified: boolean
  readonly live: KubeObject | undefined
  readonly predicted: KubeObject | undefined
}

/** Compares a desired object with the live one as Argo CD does: fields that nobody asked for do not count. */
export function differenceOf(
  target: KubeObject | undefined,
  live: KubeObject | undefined,
  options: DiffOptions = {},
): Difference {
  if (target === undefined || live === undefined) return { modified: target !== undefined, live, predicted: target }
  const sides = { target: normalised(options.predicted ?? target), live: normalised(live) }
  removeIgnored(sides, options.ignore ?? [])
  if (options.predicted !== undefined) return told(bareOf(sides.live), bareOf(sides.target))
  const serverSide = options.serverSideApply === true || syncOption(target, 'ServerSideApply') === 'true'
  const predicted = serverSide ? appliedServerSide(sides) : appliedClientSide(sides)
  const bare = bareOf(sides.live)
  const result = bareOf(predicted)
  if (gvkOf(target).kind === 'StatefulSet') dropClaimDefaults(sides.target, bare, result)
  dropUnkept(sides, bare, result)
  return told(bare, result)
}

const told = (live: KubeObject, predicted: KubeObject): Difference => ({
  modified: !deepEqual(live, predicted),
  live,
  predicted,
})

interface Sides {
  readonly target: KubeObject
  readonly live: KubeObject
}

function appliedServerSide({ target, live }: Sides): KubeObject {
  const writer = { manager: FIELD_MANAGER, subresource: '', time: '' }
  const applied = applyConfiguration(live, target, { writer, force: true, shape: shapeOfKind(target) })
  return applied.object ?? live
}

function appliedClientSide({ target, live }: Sides): KubeObject {
  const { namespace: _, ...metadata } = target.metadata
  const wanted = { ...target, metadata }
  const last = lastAppliedOf(live) ?? wanted
  const type = typeOfKind(gvkOf(target))
  return threeWayMerge({ last: withoutNamespace(last), wanted, live }, type) as KubeObject
}

// kubectl writes an empty map of annotations where there were none, which must not mean that live ones go.
function withoutNamespace(object: KubeObject): KubeObject {
  const { namespace: _, creationTimestamp: __, annotations = {}, ...metadata } = object.metadata
  return { ...object, metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations } }
}

function bareOf(object: KubeObject): KubeObject {
  const copy = copyJson(object)
  delete copy.metadata.managedFields
  delete copy.metadata.resourceVersion
  dropLastApplied(copy)
  applyDefaults(copy)
  delete copy['status']
  return copy
}

// The API server fills claim templates with defaults that clients do not know.
function dropClaimDefaults(target: KubeObject, live: KubeObject, predicted: KubeObject): void {
  const wanted = claimsOf(target)
  const present = claimsOf(live)
  if (wanted === undefined || present === undefined || wanted.length !== present.length) return
  const spec = predicted['spec']
  if (!isRecord(spec)) return
  const covered = wanted.every((claim, index) => covers(present[index], claim))
  if (covered) spec['volumeClaimTemplates'] = present
}

function claimsOf(object: KubeObject): readonly unknown[] | undefined {
  const { spec } = object
  const claims = isRecord(spec) ? spec['volumeClaimTemplates'] : undefined
  return Array.isArray(claims) ? claims : undefined
}

function covers(present: unknown, wanted: unknown): boolean {
  if (!isRecord(wanted)) return deepEqual(present, wanted)
  return isRecord(present) && Object.entries(wanted).every(([name, value]) => covers(present[name], value))
}

// `hostNetwork: false` is asked for and never stored. What was applied just so before, and is not there, is taken for that.
function dropUnkept(sides: Sides, live: KubeObject, predicted: KubeObject): void {
  const last = lastAppliedOf(sides.live) ?? sides.target
  dropZeros(predicted, live, last)
}

function dropZeros(predicted: unknown, live: unknown, last: unknown): void {
  if (Array.isArray(predicted) && Array.isArray(live)) {
    for (const [index, item] of predicted.entries()) dropZeros(item, live[index], itemLike(last, item, index))
    return
  }
  if (!isRecord(predicted) || !isRecord(live) || !isRecord(last)) return
  for (const [name, value] of Object.entries(predicted)) {
    const zero = value === false || value === 0 || value === ''
    if (zero && live[name] === undefined && last[name] === value) delete predicted[name]
    else dropZeros(value, live[name], last[name])
  }
}

function itemLike(list: unknown, item: unknown, index: number): unknown {
  if (!Array.isArray(list)) return undefined
  const named = isRecord(item) && item['name'] !== undefined
  return named ? list.find((other) => isRecord(other) && other['name'] === item['name']) : list[index]
}
