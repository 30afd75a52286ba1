import { Coverage } from '../lib/coverage.mjs'
import { FUNCTIONS, HELM_FUNCTIONS } from './functions.mjs'
import { KIND_NAMES } from './kinds.mjs'
import { VERBS } from './printf.mjs'

const TOKENS =
  'bool char charConstant complex assign declare eof field identifier leftDelim leftParen number pipe rawString rightDelim rightParen space string text variable . block break continue define else end if range nil template with'
const FAULTS = [
  'unclosed comment',
  'comment ends before closing delimiter',
  'unclosed action',
  'unclosed left paren',
  'unexpected right paren',
  'expected :=',
  'unterminated quoted string',
  'unterminated character constant',
  'unterminated raw quoted string',
  'bad number syntax',
  'bad character',
  'unrecognized character in action',
]
const NODES =
  'list text action pipe command if with range template break continue identifier variable field chain dot nil bool number string'

/** The counts that a run of the generator is to reach. */
export function newCoverage() {
  const coverage = new Coverage()
  coverage.expect('token', [...TOKENS.split(' '), 'trim left', 'trim right', 'comment'])
  coverage.expect('lexer fault', FAULTS)
  coverage.expect('node', NODES.split(' '))
  coverage.expect('verb x kind', cross(VERBS, KIND_NAMES))
  coverage.expect('function x kind', cross(FUNCTIONS, KIND_NAMES))
  coverage.expect('helm function x kind', cross(HELM_FUNCTIONS, KIND_NAMES))
  return coverage
}

function cross(names, kinds) {
  return names.flatMap((name) => kinds.map((kind) => `${name} ${kind}`))
}

/** Counts the tokens, lexer faults and nodes of a template; `parts` is the lexer and parser. */
export function countText(coverage, text, parts) {
  for (const { type, value } of parts.tokensOf(text)) {
    if (type === 'error')
      coverage.count(
        'lexer fault',
        FAULTS.find((fault) => value.startsWith(fault)),
      )
    else coverage.count('token', type)
  }
  if (/\{\{- /.test(text)) coverage.count('token', 'trim left')
  if (/ -\}\}/.test(text)) coverage.count('token', 'trim right')
  if (/\{\{(?:- )?\/\*/.test(text)) coverage.count('token', 'comment')
  for (const kind of parts.nodeKindsOf(text)) coverage.count('node', kind)
}
