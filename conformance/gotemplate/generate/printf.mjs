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
  return JSON.stringify(out)
}

/** Every verb. */
export { VERBS }
