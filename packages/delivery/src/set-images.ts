import type { KubeObject } from '@slipway/objects'
import { repositoryOf } from './builds.ts'

/** Names the images that were replaced, as the manifests have them; on the object that holds the pod template. */
export const SET_IMAGES_ANNOTATION = 'slipway/images'

/** Where the pod spec of each kind is; a kind that is not here has none. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Sets the digests of released images (`name@sha256:...`) on a rendered object, as kustomize's `images:` would: on every container whose image has one of the
 * names, whatever its tag. For repositories whose manifests do not name a digest themselves. The object itself stays as it is; it is also what comes back
 * where nothing changes, so a caller can tell.
 */
export function setImages(object: KubeObject, references: readonly string[]): KubeObject {
  const path = POD_SPECS[object.kind]
  const digests = new Map(references.map((reference) => [repositoryOf(reference), reference]))
  if (path === undefined || digests.size === 0) return object
  const replaced: string[] = []
  const set = (container: unknown): unknown => {
    const image = isFields(container) ? container['image'] : undefined
    const reference = typeof image === 'string' ? digests.get(repositoryOf(image)) : undefined
    if (!isFields(container) || reference === undefined || reference === image) return container
    replaced.push(String(image))
    return { ...container, image: reference }
  }
  const changed = changeAt(object as unknown as Fields, path, (spec) => ({
    ...spec,
    ...setList(spec, 'initContainers', set),
    ...setList(spec, 'containers', set),
  }))
  return replaced.length === 0 ? object : annotated(changed as unknown as KubeObject, replaced)
}

function setList(spec: Fields, name: string, set: (container: unknown) => unknown): Fields {
  const list = spec[name]
  return Array.isArray(list) ? { [name]: list.map(set) } : {}
}

function changeAt(value: Fields, path: readonly string[], change: (fields: Fields) => Fields): Fields {
  const [step, ...rest] = path
  if (step === undefined) return change(value)
  const child = value[step]
  return isFields(child) ? { ...value, [step]: changeAt(child, rest, change) } : value
}

function annotated(object: KubeObject, replaced: readonly string[]): KubeObject {
  const annotations = {
    ...object.metadata.annotations,
    [SET_IMAGES_ANNOTATION]: [...new Set(replaced)].sort().join(','),
  }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
