import { deepEqual } from '../equal.ts'
import type { KubeObject } from '../object.ts'
import { gvkOf } from '../object.ts'
import { typeOfKind } from '../schema.ts'
import { changedFields, type Fields, fieldsOf, leafPaths, type Shape, shapeOfType, UNTYPED } from './fields.ts'
import { mergeApplied, removeFields } from './merge.ts'
import { presentFields } from './present.ts'
import { difference, intersection, union, withContainers } from './sets.ts'

/** `meta/v1.ManagedFieldsEntry`: the fields that one manager set by one kind of operation, as a set of paths. */
export interface ManagedFieldsEntry {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  time?: string
  fieldsType: 'FieldsV1'
  fieldsV1: Fields
  subresource?: string
}

/** Who writes and how: the field manager, `Apply` or `Update`, and the version and subresource written through. */
export interface Writer {
  readonly manager: string
  readonly time: string
  readonly subresource: string
}

/** A field that another manager owns and the configuration would change. */
export interface ApplyConflict {
  /** As the API names it: `.spec.replicas`. */
  readonly field: string
  readonly manager: string
  /** Who that is, as messages say it: `"kubectl-client-side-apply" using apps/v1`. */
  readonly description: string
}

/** What an apply leads to: the merged object, or the conflicts that stand against it. */
export type ApplyOutcome =
  | { readonly object: KubeObject; readonly conflicts?: never }
  | { readonly object?: never; readonly conflicts: readonly ApplyConflict[] }

const IDENTITY: Fields = {
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': {
    'f:name': {},
    'f:namespace': {},
    'f:uid': {},
    'f:resourceVersion': {},
    'f:generation': {},
    'f:creationTimestamp': {},
    'f:deletionTimestamp': {},
    'f:deletionGracePeriodSeconds': {},
    'f:managedFields': {},
    'f:selfLink': {},
    'f:generateName': {},
  },
}

/** The shape by which a kind's fields are tracked; custom kinds without a shape of their own are tracked member by member. */
export function shapeOfKind(object: KubeObject, custom?: Shape): Shape {
  const type = typeOfKind(gvkOf(object))
  return type === undefined ? (custom ?? UNTYPED) : shapeOfType(type.name)
}

/**
 * Records a create, update or patch in `metadata.managedFields`: the writer owns what it changed, nobody owns what is gone.
 * Returns the object with its entries; `before` is undefined for a create.
 */
export function trackUpdate(
  before: KubeObject | undefined,
  after: KubeObject,
  how: { writer: Writer; shape: Shape },
): KubeObject {
  const { writer, shape } = how
  const now = strip(after)
  const changed = difference(changedFields(before === undefined ? {} : strip(before), now, shape), IDENTITY)
  const identity = {
    manager: writer.manager,
    operation: 'Update',
    apiVersion: after.apiVersion,
    subresource: writer.subresource,
  } as const
  const entries = entriesOf(before ?? after).map((entry) => ({
    ...entry,
    fieldsV1: presentFields(entry.fieldsV1, now, shape),
  }))
  const own = entries.find((entry) => sameManager(entry, identity))
  const others = entries
    .filter((entry) => entry !== own)
    // An applied field that an update changes is lost to its applier; other updaters lose it too.
    .map((entry) => ({ ...entry, fieldsV1: difference(entry.fieldsV1, changed) }))
  const fieldsV1 = union(own?.fieldsV1 ?? {}, changed)
  const time = Object.keys(changed).length === 0 && own !== undefined ? own.time : writer.time
  return withEntries(after, [...others, toEntry(identity, { fieldsV1, time })])
}

/**
 * Server-side apply: merges a configuration into the live object, removes what the manager applied before and applies no more (unless others own it too), and
 * moves ownership. Without `force`, fields of other managers that would change are conflicts. Source: sigs.k8s.io/structured-merge-diff/merge/update.go.
 */
export function applyConfiguration(
  live: KubeObject | undefined,
  config: KubeObject,
  how: {
    writer: Writer
    force: boolean
    shape: Shape
    /** What the same user applied from the client before: its fields that live still has are no conflicts. */
    lastApplied?: KubeObject
  },
): ApplyOutcome {
  const { writer, shape } = how
  const base = live ?? { apiVersion: config.apiVersion, kind: config.kind, metadata: {} }
  const entries = entriesOf(base)
  const identity = {
    manager: writer.manager,
    operation: 'Apply',
    apiVersion: config.apiVersion,
    subresource: writer.subresource,
  } as const
  const own = entries.find((entry) => sameManager(entry, identity))
  const set = difference(fieldsOf(strip(config), shape), IDENTITY)
  const merged = mergeApplied(strip(base), strip(config), shape) as KubeObject
  const changed = changedFields(strip(base), merged, shape)
  const taken = entries
    .filter((entry) => entry !== own)
    .map((entry) => ({ entry, fields: intersection(entry.fieldsV1, changed) }))
  const allowed = how.lastApplied === undefined ? {} : keptFields(how.lastApplied, base, shape)
  const conflicts = taken.flatMap(({ entry, fields }) => toConflicts(entry, difference(fields, allowed)))
  if (conflicts.length > 0 && !how.force) return { conflicts }
  const others = taken.map(({ entry, fields }) => ({ ...entry, fieldsV1: difference(entry.fieldsV1, fields) }))
  const ownedByOthers = others.reduce<Fields>((all, entry) => union(all, entry.fieldsV1), {})
  // What has members is a member itself here: a container goes only when nobody sets anything in it.
  const kept = union(withContainers(set), withContainers(ownedByOthers))
  const dropped = difference(withContainers(own?.fieldsV1 ?? {}), kept)
  const object = removeFields(merged, dropped, shape) as KubeObject
  const unchanged = own !== undefined && deepEqual(own.fieldsV1, set) && deepEqual(object, strip(base))
  const entry = toEntry(identity, { fieldsV1: set, time: unchanged ? own.time : writer.time })
  return { object: withEntries({ ...object, metadata: { ...object.metadata } }, [...others, entry]) }
}

// k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedmanager.go.
function keptFields(lastApplied: KubeObject, live: KubeObject, shape: Shape): Fields {
  return difference(fieldsOf(strip(lastApplied), shape), changedFields(strip(live), strip(lastApplied), shape))
}

function toConflicts(entry: ManagedFieldsEntry, fields: Fields): ApplyConflict[] {
  const version = entry.operation === 'Apply' ? '' : ` using ${entry.apiVersion}`
  const subresource = entry.subresource === undefined ? '' : ` with subresource "${entry.subresource}"`
  if (Object.keys(fields).length === 0) return []
  return leafPaths(fields).map((field) => ({
    field,
    manager: entry.manager,
    description: `"${entry.manager}"${subresource}${version}`,
  }))
}

function entriesOf(object: KubeObject): ManagedFieldsEntry[] {
  return ((object.metadata.managedFields ?? []) as ManagedFieldsEntry[]).map((entry) => ({ ...entry }))
}

function strip(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

type Identity = Pick<ManagedFieldsEntry, 'manager' | 'operation' | 'apiVersion'> & { readonly subresource: string }

function sameManager(entry: ManagedFieldsEntry, identity: Identity): boolean {
  return (
    entry.manager === identity.manager &&
    entry.operation === identity.operation &&
    entry.apiVersion === identity.apiVersion &&
    (entry.subresource ?? '') === identity.subresource
  )
}

function toEntry(
  { subresource, ...identity }: Identity,
  of: { fieldsV1: Fields; time: string | undefined },
): ManagedFieldsEntry {
  return {
    apiVersion: identity.apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: of.fieldsV1,
    manager: identity.manager,
    operation: identity.operation,
    ...(subresource === '' ? {} : { subresource }),
    ...(of.time === undefined ? {} : { time: of.time }),
  }
}

function withEntries(object: KubeObject, entries: readonly ManagedFieldsEntry[]): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata
  const kept = entries.filter((entry) => Object.keys(entry.fieldsV1).length > 0)
  // Appliers first, then by time and manager: the order of k8s.io/apimachinery/pkg/util/managedfields/internal.sortEncodedManagedFields.
  kept.sort((a, b) => rank(a) - rank(b) || compare(a.time, b.time) || compare(a.manager, b.manager))
  return { ...object, metadata: kept.length === 0 ? metadata : { ...metadata, managedFields: kept } }
}

const rank = (entry: ManagedFieldsEntry): number => (entry.operation === 'Apply' ? 0 : 1)

function compare(a = '', b = ''): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
