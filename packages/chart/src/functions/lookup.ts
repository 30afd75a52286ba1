import { fn, FunctionError, fromJs, go, type GoFunc, GoMap } from '@slipway/gotemplate'

/** What `lookup` asks for; an empty name means a list, an empty namespace all namespaces. */
export interface LookupQuery {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** Answers `lookup` from a cluster: the object or list as plain data, undefined for what does not exist. */
export type Lookup = (query: LookupQuery) => unknown

/** lookup; without an answerer everything is missing. */
export function lookupFunction(lookup: Lookup | undefined): GoFunc {
  const { string } = go
  return fn([string, string, string, string], go.map, (apiVersion, kind, namespace, name) => {
    if (lookup === undefined) return new GoMap()
    const found = fromJs(ask(lookup, { apiVersion, kind, namespace, name }))
    return found instanceof GoMap ? found : new GoMap()
  })
}

function ask(lookup: Lookup, query: LookupQuery): unknown {
  try {
    return lookup(query)
  } catch (error) {
    throw new FunctionError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
