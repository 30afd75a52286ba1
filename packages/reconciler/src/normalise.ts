import type { Application } from '@slipway/argo'
import { keyTextOf } from '@slipway/gitops'
import { gvkOf, type KubeObject } from '@slipway/objects'
import type { Context } from './context.ts'
import { tracked } from './tracking.ts'

/** The name under which objects are tracked for an Application: with its namespace where that is not Argo CD's own. */
export function instanceOf(application: Application, controllerNamespace: string): string {
  const { name = '', namespace = controllerNamespace } = application.metadata
  return namespace === controllerNamespace ? name : `${namespace}_${name}`
}

/** Desired objects as they are compared and applied, and what was told of more than once. */
export interface NormalisedTargets {
  readonly objects: readonly KubeObject[]
  /** The object that each was made of, for its origins. */
  readonly madeOf: ReadonlyMap<KubeObject, KubeObject>
  /** `Resource <key> appeared 2 times among application resources.` */
  readonly warnings: readonly string[]
}

/** Gives namespaced objects the destination namespace, takes it from others, notes whose they are; of doubles the last one counts. */
export function normaliseTargets(
  context: Context,
  application: Application,
  objects: readonly KubeObject[],
): NormalisedTargets {
  const namespace = application.spec.destination.namespace ?? ''
  const instance = instanceOf(application, context.controllerNamespace)
  const byKey = new Map<string, { made: KubeObject; of: KubeObject; count: number }>()
  for (const [index, object] of objects.entries()) {
    const placed = inNamespace(context, object, namespace)
    const key = placed.metadata.name === undefined ? `generated ${index}` : keyTextOf(placed)
    const count = (byKey.get(key)?.count ?? 0) + 1
    byKey.set(key, { made: tracked(placed, instance, namespace), of: object, count })
  }
  const entries = [...byKey]
  return {
    objects: entries.map(([, { made }]) => made),
    madeOf: new Map(entries.map(([, { made, of }]) => [made, of])),
    warnings: entries
      .filter(([, { count }]) => count > 1)
      .map(([key, { count }]) => `Resource ${key} appeared ${count} times among application resources.`),
  }
}

function inNamespace(context: Context, object: KubeObject, namespace: string): KubeObject {
  const { group, kind } = gvkOf(object)
  // What the API does not know is taken for namespaced.
  const namespaced = context.live.resource({ group, kind })?.namespaced ?? true
  const { namespace: own = '', ...metadata } = object.metadata
  if (!namespaced) return { ...object, metadata }
  return { ...object, metadata: { ...metadata, namespace: own === '' ? namespace : own } }
}
