import { dataFields } from '../lib/data.mjs'
import { FUNCTIONS } from './functions.mjs'
import { format } from './printf.mjs'
import { expression } from './expression.mjs'
import { probe, template } from './template.mjs'

const { fn, ...DATA } = dataFields()

/** One case: a template of every sort, a call of a function, or a printf. */
export function makeCase(random) {
  let text = makeText(random)
  while (!isBounded(text)) text = makeText(random)
  return {
    files: [['t.tpl', text]],
    // The address of a function is printed with it, so only those who call it have it.
    data: /\bcall\b/.test(text) ? { ...DATA, fn } : DATA,
    functions: 'sprig',
    missingkey: random.pick(['', 'zero', 'zero', 'error']),
  }
}

function makeText(random) {
  const roll = random.next()
  if (roll < 0.4) return template(random)
  return roll < 0.8 ? probe(random, random.pick(FUNCTIONS)) : printf(random)
}

/** Without what would make Go itself run out of memory or time: long loops and lists. */
function isBounded(text) {
  if (isCircular(text)) return false
  if (!/\b(?:until|untilStep|seq|repeat|indent|nindent|range|mul|wrap|wrapWith)\b/.test(text)) return true
  return !/\d{5,}|ibig|u64|fbig|finf|fnan|1e\d+|unixEpoch|toDecimal|1_000/.test(text)
}

/** A map that may hold itself, or a template that may call itself: Go dies of a full stack. */
function isCircular(text) {
  if (/(?:define|block) ["`](\w)["`][^]*template ["`]\1/.test(text)) return true
  if (!/\b(?:set|merge\w*|mustMerge\w*)\b/.test(text)) return false
  return /(?:^|[\s(])[$.](?=[\s)|}])/.test(text) || /(\.(?:m|one|deep|em|nm))\b[^]*\1\b/.test(text)
}

function printf(random) {
  const args = Array.from({ length: random.int(4) }, () => expression(random, 1))
  return `{{printf ${[format(random), ...args].join(' ')}}}`
}
