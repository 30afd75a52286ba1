import { deepEqual, isRecord, type KubeObject } from '@slipway/objects'
import type { Strategy } from '../registry/definition.ts'

const GENERATION = 'deprecated.daemonset.template.generation'

/** DaemonSets count the changes of their template; `apps/v1` keeps the count in an annotation, and pods carry it as a label. */
export const daemonSetStrategy: Partial<Strategy> = {
  prepareForCreate: (object) => setGeneration(object, 1),
  prepareForUpdate: (object, old) => {
    const changed = !deepEqual(templateOf(object), templateOf(old))
    setGeneration(object, Number(old.metadata.annotations?.[GENERATION] ?? 1) + (changed ? 1 : 0))
  },
}

function templateOf(object: KubeObject): unknown {
  return isRecord(object['spec']) ? object['spec']['template'] : undefined
}

function setGeneration(object: KubeObject, generation: number): void {
  object.metadata.annotations = { ...object.metadata.annotations, [GENERATION]: String(generation) }
}
