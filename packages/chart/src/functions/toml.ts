import { fn, FunctionError, go, type GoFunc, GoMap, type Value } from '@slipway/gotemplate'
import { localZone, type SprigOptions } from '@slipway/sprig'
import { decodeToml } from '../toml/decode.ts'
import { encodeToml, NilFault } from '../toml/encode.ts'
import type { Zones } from '../toml/scalar.ts'

const SECOND = 1_000_000_000n

function toToml(value: Value): string {
  try {
    return encodeToml(value)
  } catch (error) {
    if (error instanceof FunctionError && !(error instanceof NilFault)) return error.message
    throw error
  }
}

function fromToml(text: string, zones: Zones): GoMap {
  try {
    return decodeToml(text, zones)
  } catch (error) {
    if (error instanceof FunctionError) return new GoMap(undefined, new Map([['Error', error.message]]))
    throw error
  }
}

/** toToml and fromToml; times without a zone have the offset that the local zone has now. */
export function tomlFunctions({ now, timeZone }: Pick<SprigOptions, 'now' | 'timeZone'>): Record<string, GoFunc> {
  const local = localZone({ timeZone })
  const zones = (): Zones => ({ local, offset: local.at(Number(now() / SECOND)).offset })
  return {
    toToml: fn([go.any], go.string, toToml),
    mustToToml: fn([go.any], go.string, encodeToml),
    fromToml: fn([go.string], go.map, (text) => fromToml(text, zones())),
  }
}
