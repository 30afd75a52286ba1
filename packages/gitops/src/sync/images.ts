import type { KubeObject } from '@slipway/objects'
import { recordsAt, textAt, valueAt } from '../read.ts'

const SPECS: readonly (readonly string[])[] = [
  ['spec'],
  ['spec', 'template', 'spec'],
  ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
]

/** The images of the pods that an object is or makes, in order, init containers first. */
export function imagesOf(object: KubeObject): readonly string[] {
  return SPECS.flatMap((path) => {
    const spec = valueAt(object, ...path)
    return [...recordsAt(spec, 'initContainers'), ...recordsAt(spec, 'containers')]
      .map((container) => textAt(container, 'image'))
      .filter((image) => image !== '')
  })
}
