import { FunctionTable, GoInt, GoObject } from '@slipway/gotemplate'
import { DURATION, UTC, VERSION_POINTER, parseVersion, sprigFunctions, timeValue } from '@slipway/sprig'
import { nodeCrypto, nodeRandom } from '@slipway/sprig/node'
import { helmFunctions } from '../../../packages/chart/src/functions/index.ts'
import { execError, parseError } from '../../../packages/chart/src/render/errors.ts'
import { Lexer } from '../../../packages/gotemplate/src/parse/lexer.ts'
import { parseTemplate } from '../../../packages/gotemplate/src/parse/parser.ts'
import { askOurs as ask } from './ours.mjs'
import { registerType } from './values.mjs'

registerType('$duration', (arg) => new GoInt(DURATION, BigInt(arg)))
registerType('$semver', (arg) => new GoObject(VERSION_POINTER, parseVersion(arg)))
registerType('$time', (arg) => {
  const [, whole, fraction = ''] = /^([^.]*?)(?:\.(\d+))?Z$/.exec(arg)
  const nanoseconds = BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
  return timeValue({ nanoseconds, zone: UTC })
})

const environment = {
  random: nodeRandom,
  now: () => BigInt(Date.now()) * 1_000_000n,
  timeZone: 'UTC',
  crypto: nodeCrypto(),
}
const tables = { sprig: new FunctionTable(sprigFunctions(environment)), helm: helmFunctions(environment) }

/** Our answer to a case. */
export function askOurs(one) {
  return ask(one, tables, told)
}

/** What the renderer of charts makes of an error. */
function told(file, error) {
  return (error.code === 'TEMPLATE_PARSE' ? parseError(file, error) : execError(file, error, 'helm4')).message
}

/** The tokens of a text. */
export function tokensOf(text) {
  const lexer = new Lexer(text)
  const tokens = []
  do tokens.push(lexer.next())
  while (!['eof', 'error'].includes(tokens.at(-1).type))
  return tokens
}

/** The kinds of all nodes of a text, none when it does not parse. */
export function nodeKindsOf(text) {
  const kinds = []
  const visit = (node) => {
    if (typeof node !== 'object' || node === null) return
    if (typeof node.kind === 'string') kinds.push(node.kind)
    for (const [key, part] of Object.entries(node)) if (key !== 'tree') visit(part)
  }
  try {
    for (const tree of parseTemplate('t', text, { hasFunction: (name) => name !== 'break' && name !== 'continue' }))
      visit(tree.root)
  } catch {
    return []
  }
  return kinds
}
