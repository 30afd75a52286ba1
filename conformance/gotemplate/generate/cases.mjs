import { dataFields } from '../lib/data.mjs'
import { FUNCTIONS, aimedCall, call } from './functions.mjs'
import { aimedPrintf, format } from './printf.mjs'
import { expression } from './expression.mjs'
import { faulty, probe, template } from './template.mjs'

const { fn, ...DATA } = dataFields()

/** One case: a template of every sort, a call of a function, or a printf. `random.coverage` is told what is in it. */
export function makeCase(random) {
  let text = makeText(random)
  while (!isBounded(text)) text = makeText(random)
  random.coverage.keep()
  return {
    files: [['t.tpl', text]],
    // The address of a function is printed with it, so only those who call it have it.
    data: /\bcall\b/.test(text) ? { ...DATA, fn } : DATA,
    functions: 'sprig',
    missingkey: random.pick(['', 'zero', 'zero', 'error']),
  }
}

function makeText(random) {
  random.coverage.drop()
  const roll = random.next()
  if (roll < 0.02) return faulty(random)
  if (roll < 0.28) return template(random)
  if (roll < 0.38) return probe(random, call(random, 2))
  if (roll < 0.82) return probe(random, aimedCall(random, random.pick(FUNCTIONS)))
  return roll < 0.94 ? `{{${aimedPrintf(random)}}}` : printf(random)
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
