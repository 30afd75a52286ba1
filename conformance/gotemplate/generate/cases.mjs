import { dataFields } from '../lib/data.mjs'
import { aimedCall, call } from './functions.mjs'
import { aimedPrintf, format } from './printf.mjs'
import { expression } from './expression.mjs'
import { containers } from './containers.mjs'
import { crypto } from './crypto.mjs'
import { dates } from './dates.mjs'
import { encodings } from './encodings.mjs'
import { helm } from './helm.mjs'
import { plain } from './plain.mjs'
import { semver } from './semver.mjs'
import { texts } from './texts.mjs'
import { faulty, probe, template } from './template.mjs'

const { fn, wide, more, rfn, ...DATA } = dataFields()

/** One case: a template of every sort, a call of a function, or a printf. `random.coverage` is told what is in it. */
export function makeCase(random, family) {
  let [text, functions] = makeText(random, family)
  while (!isBounded(text)) [text, functions] = makeText(random, family)
  random.coverage.keep()
  return {
    files: [['t.tpl', text]],
    // The address of a function is printed with it, so only those who call it have it.
    data: /\bcall\b|\.(?:fn|wide|more|rfn)\b/.test(text) ? { ...DATA, fn, wide, more, rfn } : DATA,
    functions,
    missingkey: random.pick([functions === 'helm' ? 'zero' : '', 'zero', 'zero', 'error']),
  }
}

/** What a run may be limited to. */
export const FAMILIES = {
  dates,
  semver,
  encodings,
  plain,
  crypto,
  texts,
  containers,
  helm,
  printf: (random) => (random.chance(0.7) ? `{{${aimedPrintf(random)}}}` : printf(random)),
}

function makeText(random, family) {
  random.coverage.drop()
  if (family !== undefined) return [FAMILIES[family](random), { plain: '', helm: 'helm' }[family] ?? 'sprig']
  const roll = random.next()
  if (roll < 0.04) return [faulty(random), 'sprig']
  if (roll < 0.12) return [template(random), 'sprig']
  if (roll < 0.14) return [probe(random, call(random, 2)), 'sprig']
  if (roll < 0.775) return [probe(random, aimedCall(random)), 'sprig']
  if (roll < 0.865) return [FAMILIES.printf(random), 'sprig']
  if (roll < 0.9) return [plain(random), '']
  if (roll < 0.905) return [crypto(random), 'sprig']
  if (roll < 0.94) return [helm(random), 'helm']
  return [random.pick([dates, semver, encodings, texts, containers])(random), 'sprig']
}

/** Without what would make Go itself run out of memory or time: long loops and lists. */
function isBounded(text) {
  if (isCircular(text) || showsAddress(text)) return false
  if (/^\{\{ (?:date|unixEpoch|html|\(?\.?time|\(to|must|to)/.test(text)) return true
  if (!/\b(?:until|untilStep|seq|repeat|indent|nindent|range|mul|wrap|wrapWith)\b/.test(text)) return true
  return !/\d{5,}|\.dur|ibig|u64|fbig|finf|fnan|1e\d+|unixEpoch|toDecimal|1_000/.test(text)
}

/** A time of toDate has the address of its zone in it, which these verbs write as a bare number. */
function showsAddress(text) {
  return /printf/.test(text) && /toDate|[dD]ate_?[mM]odify/.test(text) && /%[^a-zA-Z%]*[bodO]/.test(text)
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
