import { FunctionTable, TemplateError, TemplateSet, utf8 } from '@slipway/gotemplate'
import { toValue } from './values.mjs'

/** Our answer to a case, in the same form as the oracle's; `defect` is an exception that no template error words. */
export function askOurs(one, tables) {
  try {
    return { output: latin(execute(one, tables)) }
  } catch (error) {
    if (error instanceof TemplateError) return { error: latin(error.message) }
    return { defect: error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error) }
  }
}

function execute(one, tables) {
  const functions = tables[one.functions ?? ''] ?? new FunctionTable({})
  const set = new TemplateSet({ name: 'gotpl', functions, missingKey: one.missingkey || 'default' })
  let name = ''
  for (const [file, text] of one.files) {
    name = file
    set.parse(name, text)
  }
  const data = toValue(one.data ?? null)
  return set.execute(name, data === null ? undefined : data)
}

function latin(text) {
  return Buffer.from(utf8.encodeString(text)).toString('latin1')
}
