import { hasReason, type ObjectRef } from '@slipway/client'
import { FIELD_MANAGER, type SyncAction } from '@slipway/gitops'
import type { KubeObject } from '@slipway/objects'
import type { Context } from '../context.ts'

/** An object that is to be applied, and how. */
export type Apply = Extract<SyncAction, { verb: 'apply' }>

/** What became of an object, in kubectl's word, and the object as it is then where something was written. */
export interface Written {
  readonly verb: string
  readonly object: KubeObject | undefined
}

/** Where an object is. */
export function refOfObject(object: KubeObject): ObjectRef {
  const { apiVersion, kind, metadata } = object
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name ?? '' }
}

/** The live object, or undefined when there is none. */
export async function readLive(context: Context, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await context.client.get(refOfObject(object))
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  }
}

/** Options of an apply. The API server is left to warn of unknown fields, validated or not, as with the kubectl in Argo CD. */
export function writeOptions(action: Apply): { fieldManager: string; fieldValidation: 'Warn' | 'Ignore' } {
  return { fieldManager: FIELD_MANAGER, fieldValidation: action.validate ? 'Warn' : 'Ignore' }
}
