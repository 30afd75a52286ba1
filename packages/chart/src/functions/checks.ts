import { fn, FunctionError, go, type GoFunc, type Value, untag } from '@slipway/gotemplate'

/** Set around messages that the user is to see alone; the renderer takes them off again. */
export const WARNING = { start: 'HELM_ERR_START', end: 'HELM_ERR_END' } as const

/** What `required` and `fail` do when a chart is only linted: nothing but tell. */
export type Lint = (message: string) => void

function stop(message: string): never {
  throw new FunctionError(`${WARNING.start}${message}${WARNING.end}`)
}

function required(message: string, value: Value, lint: Lint | undefined): Value {
  const plain = untag(value)
  if (plain !== null && plain !== undefined && plain !== '') return value
  if (lint === undefined) return stop(message)
  const what = plain === '' ? 'values' : 'value'
  lint(`level=WARN msg="missing required ${what}" message=${logged(message)}`)
  return ''
}

/** Helm's log quotes what has spaces or marks of its own. */
function logged(text: string): string {
  return /^[^\s"=\u0000-\u001f\u007f]+$/.test(text) ? text : JSON.stringify(text)
}

/** required and fail. */
export function checkFunctions(lint: Lint | undefined): Record<string, GoFunc> {
  return {
    required: fn([go.string, go.any], go.any, (message, value) => required(message, value, lint), {
      tracking: 'opaque',
    }),
    fail: fn([go.string], go.string, (message) => {
      if (lint === undefined) return stop(message)
      lint(`level=INFO msg="funcMap fail" message=${logged(message)}`)
      return ''
    }),
  }
}
