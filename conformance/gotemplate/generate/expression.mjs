import { call } from './functions.mjs'
import { field, literal, stringLiteral } from './literals.mjs'
import { format } from './printf.mjs'
import { durationText, jsonText, templateName, templateText, tomlText, yamlText } from './documents.mjs'

const BY_KIND = {
  s: ['.s', '.e', '.u', '.n', '.multi', '.bin', '.v'],
  i: ['.i', '.i0', '.ineg', '.i64', '1', '2', '3', '5', '0', '-1'],
  f: ['.fl', '.fneg', '.fint', '.i', '1.5'],
  b: ['.t', '.f', 'true', 'false'],
  l: ['.list', '.mixed', '.strs', '.ints', '.empty', '.nested', '.nl', '(list 1 2 3)', '(list "a" "b")', '.bytes'],
  m: ['.m', '.one', '.deep', '.em', '.sm', '(dict "a" 1 "z" "y")', '.nm', '(dict)'],
  t: ['.time', '(toDate "2006-01-02" "2021-11-07")', '1709210096', '.i64'],
}
const PATTERNS = [
  '^a',
  'o',
  'l+',
  '(l)(o)?',
  '[a-z]+',
  '\\\\d+',
  '(?i)H',
  '',
  '(',
  '[',
  'a{2,1}',
  '\\\\bW',
  '(?P<n>e)',
  'x*',
  '.',
  '$',
  '\\\\pL',
  '(?s).+',
]
const RANGES = [
  '>1.0.0',
  '^1.2',
  '~1.2.3',
  '1.x',
  '>=1.0 <2',
  '1 - 2',
  '!=1.2.3',
  '=1.2.3-rc.1',
  '*',
  '',
  'bogus',
  '>1.0 || <0.5',
  '^0.2.3',
  '>=1.0.0-0',
]
const VERSIONS = ['1.2.3', 'v1.4.0', '1.2', '0.2.9', '1.2.3-rc.1', '2.0.0+meta', 'x', '', '1.2.3.4', '01.2.3', '1']
const LAYOUTS = [
  '2006-01-02',
  '2006-01-02T15:04:05Z07:00',
  'Mon Jan _2 15:04:05 2006',
  '02/01/06 03:04PM',
  '.000 .999',
  'January Monday MST -0700',
  '__2 002 1 2 3 4 5',
  'x',
]
const FIELDS = ['.a', '.k', '.b.c', '.x', '.Major', '.Unix', '.l']
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Local', 'Nowhere', '']

/** Texts that Helm's functions read. */
const DOCUMENTS = { Y: yamlText, J: jsonText, O: tomlText, T: templateText, n: templateName, D: durationText }

/** An operand that mostly is of a kind: a field, a literal, a call in parentheses. */
export function expression(random, depth, kind = 'a') {
  const document = DOCUMENTS[kind]
  if (document !== undefined) return random.chance(0.9) ? document(random) : stringLiteral(random)
  if (kind === 'F') return random.chance(0.8) ? '.fn' : field(random)
  if (kind === 'V') return stringLiteral(random)
  if (kind === 'p') return format(random)
  if (kind === 'r') return `"${random.pick(PATTERNS)}"`
  if (kind === 'c') return JSON.stringify(random.pick(RANGES))
  if (kind === 'v') return JSON.stringify(random.pick(VERSIONS))
  if (kind === 'o') return JSON.stringify(random.pick(LAYOUTS))
  if (kind === 's' && random.chance(0.1)) return JSON.stringify(random.pick(ZONES))
  if (depth > 0 && random.chance(0.25))
    return `(${call(random, depth)})${random.chance(0.06) ? random.pick(FIELDS) : ''}`
  if (kind === 's' && random.chance(0.6)) return stringLiteral(random)
  const known = BY_KIND[kind]
  if (known !== undefined && random.chance(0.9)) return random.pick(known)
  return random.chance(0.5) ? field(random) : literal(random)
}
