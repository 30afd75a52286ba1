import { unknownRules } from './crd/rules.ts'
import {
  copyJson,
  applyDefaults,
  deepEqual,
  formatTime,
  type KubeObject,
  shapeOfKind,
  trackUpdate,
  validateObject,
  type Cause,
} from '@slipway/objects'
import { admit, admitValid, type Admission } from './admission/admit.ts'
import { prepareCustom, validateCustom } from './crd/custom.ts'
import { customShape } from './crd/shape.ts'
import { readsAsStored } from './crd/stored.ts'
import type { ResourceDefinition, StrategyContext } from './registry/definition.ts'
import type { CallContext } from './server.ts'
import { invalid } from './status.ts'
import { named, prefixOf } from './storage.ts'

/** What a write does with an object that has been decoded. */
export interface Write {
  readonly resource: ResourceDefinition
  readonly subresource: string
  /** Who is recorded in managedFields. */
  readonly manager: string
  /** Set when an apply has recorded its own entries already. */
  readonly applied?: boolean
  readonly dryRun?: boolean
}

/** The hooks' view of the cluster. */
export function strategyContext(context: CallContext, subresource: string): StrategyContext {
  const find = (group: string, plural: string) => context.registry.findResource(group, plural)
  return {
    now: formatTime(context.clock.now()),
    user: context.user,
    subresource,
    random: context.random.number,
    get: (group, plural, at) => {
      const resource = find(group, plural)
      if (resource === undefined) return undefined
      return context.store.get(`${prefixOf(resource, resource.namespaced ? at.namespace : '')}${at.name}`)?.value
    },
    list: (group, plural, namespace = '') => {
      const resource = find(group, plural)
      return resource === undefined
        ? []
        : context.store.list(prefixOf(resource, namespace)).items.map((item) => item.value)
    },
  }
}

/** Everything between decoding and storing a new object: identity, defaults, the kind's own preparations, admission, ownership of fields, validation. */
export function prepareCreate(context: CallContext, object: KubeObject, write: Write): KubeObject {
  const { resource } = write
  const strategy = strategyContext(context, write.subresource)
  stampIdentity(context, object, resource)
  warnOfRules(context, object)
  defaulted(object, resource)
  if (resource.strategy.hasGeneration) object.metadata.generation = 1
  const { subresource, dryRun = false } = write
  const how = { context, strategy, resource, subresource, dryRun }
  const admission: Admission = { ...how, object, old: undefined, operation: 'create' }
  if (admit(admission)) defaulted(object, resource)
  resource.strategy.prepareForCreate?.(object, strategy)
  const tracked = track(context, undefined, { object, write })
  assertValid(write, tracked, undefined)
  admitValid(admission)
  return tracked
}

/** The same for a changed object. What the request may not change is taken from the stored one; returns the stored object itself when nothing changed. */
export function prepareUpdate(
  context: CallContext,
  change: { object: KubeObject; old: KubeObject },
  write: Write,
): KubeObject {
  const { resource, subresource, dryRun = false } = write
  const { object, old } = change
  const strategy = strategyContext(context, subresource)
  keepIdentity(object, old)
  if (subresource === '' && !deepEqual(object['spec'], old['spec'])) warnOfRules(context, object)
  if (subresource === 'status') keepAllButStatus(object, old, resource)
  else if (resource.strategy.hasStatus && subresource === '') keepStatus(object, old)
  defaulted(object, resource)
  const admission: Admission = { context, strategy, resource, object, old, operation: 'update', subresource, dryRun }
  if (admit(admission)) defaulted(object, resource)
  if (subresource === 'status') resource.strategy.prepareForStatusUpdate?.(object, old, strategy)
  else resource.strategy.prepareForUpdate?.(object, old, strategy)
  if (resource.strategy.hasGeneration && subresource !== 'status')
    object.metadata.generation = generationOf(object, old, resource)
  const tracked = track(context, old, { object, write })
  assertValid(write, tracked, old)
  admitValid(admission)
  return isUnchanged(tracked, old) ? old : tracked
}

// What is accepted and not enforced is said, never silently left out.
function warnOfRules(context: CallContext, object: KubeObject): void {
  if (object.kind !== 'CustomResourceDefinition') return
  const fields = unknownRules(object)
  if (fields.length > 0)
    context.warn(`x-kubernetes-validations are stored, not enforced by Slipway: ${fields.join(', ')}`)
}

function stampIdentity(context: CallContext, object: KubeObject, resource: ResourceDefinition): void {
  const { metadata } = object
  for (const name of [
    'resourceVersion',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'selfLink',
    'generation',
  ] as const)
    delete metadata[name]
  metadata.uid = context.random.uuid()
  metadata.creationTimestamp = formatTime(context.clock.now())
  if (!resource.namespaced) delete metadata.namespace
  dropEmpty(object)
}

// Go leaves these out when they are empty, whoever emptied them.
function dropEmpty({ metadata }: KubeObject): void {
  for (const name of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const)
    if (metadata[name] !== undefined && Object.keys(metadata[name]).length === 0) delete metadata[name]
}

function keepIdentity(object: KubeObject, old: KubeObject): void {
  const { metadata } = object
  metadata.uid ??= old.metadata.uid ?? ''
  metadata.creationTimestamp = old.metadata.creationTimestamp ?? null
  for (const name of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'generation', 'generateName'] as const) {
    const value = old.metadata[name]
    if (value === undefined) delete metadata[name]
    else metadata[name] = value as never
  }
  if (old.metadata.namespace !== undefined) metadata.namespace = old.metadata.namespace
  delete metadata['selfLink']
  dropEmpty(object)
}

function keepStatus(object: KubeObject, old: KubeObject): void {
  if (old['status'] === undefined) delete object['status']
  else object['status'] = copyJson(old['status'])
}

function keepAllButStatus(object: KubeObject, old: KubeObject, resource: ResourceDefinition): void {
  for (const name of Object.keys(object)) if (name !== 'status' && name !== 'metadata') delete object[name]
  for (const [name, value] of Object.entries(old))
    if (name !== 'status' && name !== 'metadata') object[name] = copyJson(value)
  // Built-in kinds accept changed labels and annotations with a status, custom ones nothing at all.
  if (resource.custom !== undefined)
    object.metadata = { ...copyJson(old.metadata), managedFields: object.metadata.managedFields ?? [] }
}

function defaulted(object: KubeObject, resource: ResourceDefinition): void {
  if (resource.custom === undefined) applyDefaults(object)
  else prepareCustom(object, resource.custom)
}

function generationOf(object: KubeObject, old: KubeObject, resource: ResourceDefinition): number {
  const { hasStatus, countsAnnotations } = resource.strategy
  const comparable = ({ metadata, status, ...rest }: KubeObject): object => ({
    ...rest,
    ...(hasStatus ? {} : { status }),
    ...(countsAnnotations === true ? { annotations: metadata.annotations ?? {} } : {}),
  })
  const generation = old.metadata.generation ?? 1
  return deepEqual(comparable(object), comparable(old)) ? generation : generation + 1
}

function track(
  context: CallContext,
  old: KubeObject | undefined,
  how: { object: KubeObject; write: Write },
): KubeObject {
  const { object, write } = how
  if (write.applied === true) return object
  const sent = object.metadata.managedFields
  // A client resets the bookkeeping by sending a list with one empty entry.
  const reset = Array.isArray(sent) && sent.length === 1 && Object.keys(sent[0] as object).length === 0
  const base =
    old === undefined || reset
      ? undefined
      : {
          ...old,
          metadata: {
            ...old.metadata,
            managedFields: sent === undefined || sent.length === 0 ? (old.metadata.managedFields ?? []) : sent,
          },
        }
  const writer = { manager: write.manager, time: formatTime(context.clock.now()), subresource: write.subresource }
  const tracked = trackUpdate(old === undefined ? undefined : (base ?? withoutManaged(old)), withoutManaged(object), {
    writer,
    shape: shapeOfKind(object, customShape(write.resource)),
  })
  if (write.resource.custom !== undefined) readsAsStored(tracked, write.resource.custom)
  return tracked
}

function withoutManaged(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

function assertValid({ resource, subresource }: Write, object: KubeObject, old: KubeObject | undefined): void {
  const causes: readonly Cause[] = [
    ...validateObject(object, old, subresource),
    ...(resource.custom === undefined ? [] : validateCustom(object, old, resource.custom)),
  ]
  if (causes.length > 0)
    throw invalid(named(resource), object.metadata.name ?? object.metadata.generateName ?? '', causes)
}

// A write that changes nothing but the time of a managedFields entry is no write.
function isUnchanged(object: KubeObject, old: KubeObject): boolean {
  const comparable = (of: KubeObject): object => {
    const { resourceVersion: _, managedFields, ...metadata } = of.metadata
    const entries = (managedFields ?? []).map((entry) => ({ ...(entry as object), time: undefined }))
    return { ...of, metadata: { ...metadata, managedFields: entries } }
  }
  return deepEqual(comparable(object), comparable(old))
}
