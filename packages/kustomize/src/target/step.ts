import type { BuildOrigin } from '../resource/resource.ts'
import type { ResMap } from '../resource/resmap.ts'
import { addTransformation } from './build-origin.ts'
import type { Operation } from './operations/index.ts'

/** A transformer with its configuration, and where that stands. */
export interface Step {
  readonly run: Operation
  readonly origin: BuildOrigin | undefined
}

/** A generator with its configuration. */
export interface Generator {
  readonly generate: () => ResMap
  readonly origin: BuildOrigin | undefined
}

/** Runs transformers in order; what a patch emptied goes after each. */
export function runSteps(map: ResMap, steps: readonly Step[]): void {
  for (const { run, origin } of steps) {
    run(map)
    if (origin !== undefined) for (const each of map.resources) addTransformation(each, origin)
    map.dropGone()
  }
}
