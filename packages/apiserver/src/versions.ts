import type { KubeObject } from '@slipway/objects'
import { eventToCore, eventToGroup } from './strategies/event-versions.ts'
import { hpaToV1, hpaToV2 } from './strategies/hpa-versions.ts'
import { readStored } from './crd/stored.ts'
import type { CustomResource, ResourceDefinition } from './registry/definition.ts'

type Conversion = (object: KubeObject) => KubeObject

// Kinds that are served in two shapes; everything else differs in apiVersion only.
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  'autoscaling/v1 HorizontalPodAutoscaler <- autoscaling/v2': hpaToV1,
  'autoscaling/v2 HorizontalPodAutoscaler <- autoscaling/v1': hpaToV2,
  'events.k8s.io/v1 Event <- v1': eventToGroup,
  'v1 Event <- events.k8s.io/v1': eventToCore,
}

/** An object in the version of a resource definition; itself when it has that version already. A custom one is read by the schema of its version. */
export function convert(
  object: KubeObject,
  to: Pick<ResourceDefinition, 'group' | 'version'> & { readonly custom?: CustomResource },
): KubeObject {
  const apiVersion = to.group === '' ? to.version : `${to.group}/${to.version}`
  if (to.custom !== undefined) {
    const read = readStored(object, to.custom)
    return read.apiVersion === apiVersion ? read : { ...read, apiVersion }
  }
  if (object.apiVersion === apiVersion) return object
  const conversion = CONVERSIONS[`${apiVersion} ${object.kind} <- ${object.apiVersion}`]
  return { ...(conversion === undefined ? object : conversion(object)), apiVersion }
}

/** An object in the version in which its resource is stored. */
export function toStorage(object: KubeObject, resource: ResourceDefinition): KubeObject {
  const { group, version } = resource.storage
  return convert(object, { group, version })
}
