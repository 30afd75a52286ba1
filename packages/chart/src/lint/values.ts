import { GoMap } from '@slipway/gotemplate'
import { load } from '@slipway/yaml'
import type { Compat } from '../compat.ts'
import { schemaProblem } from '../schema/check.ts'
import { coalesceTables } from '../values/coalesce.ts'
import { goValue } from '../values/read.ts'
import { copyTable, emptyMap } from '../values/table.ts'
import type { LintContext } from './lint.ts'

const FILE = 'values.yaml'

/** values.yaml: there, readable, and with what the user gave as the schema wants it. */
export function lintValues(context: LintContext): void {
  const text = context.read(FILE)
  if (!context.report.check('INFO', FILE, text === undefined ? 'file does not exist' : undefined)) return
  context.report.check('ERROR', FILE, valuesProblem(context, text ?? ''))
}

function valuesProblem(context: LintContext, text: string): string | undefined {
  const values = readTable(text, context.compat)
  if (typeof values === 'string') return `unable to parse YAML: ${values}`
  const merged = coalesceTables(copyTable(context.overrides()), values, {
    merge: false,
    warn: context.onWarning ?? (() => undefined),
    compat: context.compat ?? 'helm4',
  })
  const schema = context.read('values.schema.json')
  if (schema === undefined || schema === '' || (context.skipSchema === true && context.compat !== 'helm3'))
    return undefined
  const problem = schemaProblem(new TextEncoder().encode(schema), merged)
  return problem === '' ? undefined : problem
}

/** The table of a values file, or what is wrong with it. */
function readTable(text: string, compat: Compat = 'helm4'): GoMap | string {
  try {
    const data = load(text, { dialect: 'sigs' })
    if (data === null) return emptyMap()
    const value = goValue(data)
    if (value instanceof GoMap) return value
    const kind = Array.isArray(data) ? 'array' : typeof data === 'boolean' ? 'bool' : typeof data
    return `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type ${compat === 'helm3' ? 'chartutil' : 'common'}.Values`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
