import { crash } from './crash.ts'
import { drift } from './drift.ts'
import { promote } from './promote.ts'
import { readiness } from './readiness.ts'
import { rollout } from './rollout.ts'
import type { Stage } from './stage.ts'

/** Something to try on the demo: makes a real change, narrates what follows, and says why. True when it went as it should. */
export interface Scenario {
  readonly title: string
  run(stage: Stage): Promise<boolean>
}

/** The scenarios of `slipway try`, by name. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = { rollout, readiness, crash, drift, promote }
