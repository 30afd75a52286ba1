import { FunctionTable } from '@slipway/gotemplate'
import { sprigFunctions, type SprigOptions } from '@slipway/sprig'
import type { Compat } from '../compat.ts'
import { checkFunctions, type Lint } from './checks.ts'
import { durationFunctions } from './durations.ts'
import { jsonFunctions } from './json.ts'
import { type Lookup, lookupFunction } from './lookup.ts'
import { templateFunctions } from './templates.ts'
import { tomlFunctions } from './toml.ts'
import { yamlFunctions } from './yaml.ts'

/** What functions take from the world: randomness, clock, time zone and cryptography. `nodeEnvironment` of `@slipway/chart/node` has Node's. */
export type RenderEnvironment = SprigOptions

/** What may differ from one rendering to the next. */
export interface FunctionOptions {
  readonly lookup?: Lookup | undefined
  /** Present while linting. */
  readonly lint?: Lint | undefined
  /** Helm 3 has fewer functions. */
  readonly compat?: Compat
}

const tables = {
  helm3: new WeakMap<RenderEnvironment, FunctionTable>(),
  helm4: new WeakMap<RenderEnvironment, FunctionTable>(),
}

/** All functions of Helm's templates; the table of an environment is made once, so that templates stay compiled. */
export function helmFunctions(environment: RenderEnvironment, options: FunctionOptions = {}): FunctionTable {
  if (options.lookup !== undefined || options.lint !== undefined) return makeTable(environment, options)
  const byEnvironment = tables[options.compat ?? 'helm4']
  const known = byEnvironment.get(environment)
  if (known !== undefined) return known
  const made = makeTable(environment, options)
  byEnvironment.set(environment, made)
  return made
}

function makeTable(environment: RenderEnvironment, options: FunctionOptions): FunctionTable {
  return new FunctionTable({
    ...sprigFunctions(environment),
    ...jsonFunctions(),
    ...yamlFunctions(),
    ...tomlFunctions(environment),
    ...(options.compat === 'helm3' ? {} : durationFunctions()),
    ...templateFunctions(),
    ...checkFunctions(options.lint),
    lookup: lookupFunction(options.lookup),
  })
}
