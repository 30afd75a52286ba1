import { KIND_NAMES, KINDS } from './kinds.mjs'

const VERBS = [...'vTtbcdoOqxXUeEfFgGspw%!zy']
const FLAGS = ['', '', '', '+', '-', '#', ' ', '0', '+#', '-0', ' 0', '#+v'.slice(0, 2)]
const WIDTHS = ['', '', '', '5', '12', '*', '1', '20', '[1]*', '[2]*', '[9]*', '1000001']
const PRECISIONS = ['', '', '', '.2', '.', '.0', '.*', '.10', '.[1]*', '.-1']
const INDEXES = ['', '', '', '', '[1]', '[2]', '[3]', '[]', '[x]', '[0]', '[99]']

/** A literal of a format with up to three directives. */
export function format(random) {
  let out = ''
  const count = 1 + random.int(3)
  for (let at = 0; at < count; at++) {
    if (random.chance(0.3)) out += random.pick(['a', ' ', '€', '-', '%%', '='])
    out += `%${random.pick(FLAGS)}${random.pick(WIDTHS)}${random.pick(PRECISIONS)}${random.pick(INDEXES)}${random.pick(VERBS)}`
  }
  if (random.chance(0.03)) out += '%'
  return JSON.stringify(plainAddresses(out))
}

/** A call of printf whose directives meet the arguments that stand at their places. */
export function aimedPrintf(random) {
  const args = []
  let out = ''
  for (let count = 1 + random.int(3); count > 0; count--) {
    const verb = random.pick(VERBS)
    const pairs = KIND_NAMES.map((kind) => `${verb} ${kind}`)
    const pair = random.coverage.least(random, 'verb x kind', pairs)
    random.coverage.note('verb x kind', pair)
    const width = random.pick(['', '', '3', '12'])
    const precision = random.pick(['', '', '.0', '.3'])
    out += `%${random.pick(FLAGS)}${width}${precision}${verb}${random.pick(['', ' ', '|'])}`
    args.push(random.pick(KINDS[pair.slice(verb.length + 1)]))
  }
  return `printf ${JSON.stringify(plainAddresses(out))} ${args.join(' ')}`
}

/** Addresses are masked by how they look, `0x` and digits: no directive may take the `0x` away or fill them up. */
function plainAddresses(text) {
  return text.replace(/%[^%a-zA-Z]*p/g, '%p')
}

/** Every verb. */
export { VERBS }
