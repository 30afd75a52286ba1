import { fn, FunctionError, go, type GoFunc, GoMap, type Value } from '@slipway/gotemplate'
import { decodeToml } from '../toml/decode.ts'
import { encodeToml } from '../toml/encode.ts'

function toToml(value: Value): string {
  try {
    return encodeToml(value)
  } catch (error) {
    if (error instanceof FunctionError) return error.message
    throw error
  }
}

function fromToml(text: string): GoMap {
  try {
    return decodeToml(text)
  } catch (error) {
    if (error instanceof FunctionError) return new GoMap(undefined, new Map([['Error', error.message]]))
    throw error
  }
}

/** toToml and fromToml. */
export function tomlFunctions(): Record<string, GoFunc> {
  return {
    toToml: fn([go.any], go.string, toToml),
    mustToToml: fn([go.any], go.string, encodeToml),
    fromToml: fn([go.string], go.map, fromToml),
  }
}
