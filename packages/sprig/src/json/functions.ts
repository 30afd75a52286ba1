import { FunctionError, type GoFunc, type Value, fn, go } from '@slipway/gotemplate'
import { decodeJson, decodePartly } from './decode.ts'
import { encodeJson, type JsonOptions } from './encode.ts'

/** The plain names swallow errors and give what they have: nothing. */
function swallow<T>(work: () => T, otherwise: T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof FunctionError) return otherwise
    throw error
  }
}

const PRETTY: JsonOptions = { indent: '  ' }
const RAW: JsonOptions = { escapeHtml: false }

/** fromJson, toJson and their kin. */
export function jsonFunctions(): Record<string, GoFunc> {
  const lenient = (options: JsonOptions) =>
    fn([go.any], go.string, (value) => swallow(() => encodeJson(value, options), ''))
  const strict = (options: JsonOptions) => fn([go.any], go.string, (value) => encodeJson(value, options))
  return {
    fromJson: fn([go.string], go.any, (text) => swallow((): Value => decodePartly(text).value, null)),
    mustFromJson: fn([go.string], go.any, decodeJson),
    toJson: lenient({}),
    mustToJson: strict({}),
    toPrettyJson: lenient(PRETTY),
    mustToPrettyJson: strict(PRETTY),
    toRawJson: strict(RAW),
    mustToRawJson: strict(RAW),
  }
}
