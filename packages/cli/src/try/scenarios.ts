import type { Stop } from '@slipway/delivery'
import { crash } from './crash.ts'
import { drift } from './drift.ts'
import type { Edit } from './edits.ts'
import { promote } from './promote.ts'
import { readiness } from './readiness.ts'
import { rollout } from './rollout.ts'
import type { Stage } from './stage.ts'

/** Something to try: makes a real change, narrates what follows, and says why. True when it went as it should. */
export interface Scenario {
  readonly title: string
  /** What its commit changes, so that it is refused before anything starts where there is no such thing. */
  edits(staging: Stop): readonly Edit[]
  run(stage: Stage): Promise<boolean>
}

/** The scenarios of `slipway try`, by name. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  Object.entries({ rollout, readiness, crash, drift, promote }),
)
