/** A small seeded generator of random numbers (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (n) => Math.floor(next() * n)
  return { next, below, pick: (list) => list[below(list.length)] }
}

const SOUP = [
  '- ',
  ': ',
  ':',
  '\n',
  '\n',
  '\n  ',
  '\n    ',
  '  ',
  ' ',
  'a',
  'b',
  'key',
  '# c',
  '#',
  "'",
  '"',
  '|',
  '|-',
  '>+',
  '|2',
  '>',
  '&a ',
  '*a',
  '!!int ',
  '!!str ',
  '!t ',
  '! ',
  '? ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '%TAG !x! tag:x,\n',
  '\t',
  '1',
  '0x1F',
  '1_000',
  '~',
  'null',
  'yes',
  'n',
  '<<: ',
  '<<',
  '1.5',
  '.inf',
  '2001-01-01',
  '\\n',
  '\\',
  '\\x41',
  '\r\n',
  'ü',
  '😀',
  '\u2028',
  '\u0085',
  '@',
  '`',
  '%',
  '!!binary aGk=',
  '!!binary 4oKs/w==',
  '!!binary 8J+YgPCfmA==',
  '!!binary 4oI=',
  "''",
  '""',
  '-',
  '?',
  '=',
  '.',
  'text with spaces',
  '12:30',
  '1e3',
  '017',
  '0o17',
  '08',
  '0b101',
  '+1',
  '-1',
  '-0',
  '1e400',
  '18446744073709551615',
  '9223372036854775808',
  '99999999999999999999',
]

/** Any tokens in any order: mostly invalid, which is where the messages come from. */
export function soup(random) {
  let text = ''
  for (let left = 1 + random.below(14); left > 0; left--) text += random.pick(SOUP)
  return text
}

const SCALARS = [
  'a',
  'abc',
  'hello world',
  '',
  'yes',
  'No',
  'on',
  'y',
  'n',
  'null',
  '~',
  'true',
  'False',
  '1',
  '-1',
  '+12',
  '0',
  '-0',
  '007',
  '08',
  '0x1f',
  '0XFF',
  '0o17',
  '0b11',
  '-0b1',
  '1_000',
  '_1',
  '1.5',
  '1.',
  '.5',
  '-.5',
  '1e3',
  '1E-3',
  '1e+21',
  '1.0',
  '123456789.5',
  '1e400',
  '.inf',
  '-.Inf',
  '.nan',
  '.',
  '..',
  '...',
  '---',
  '-',
  '- a',
  '? a',
  ': a',
  'a: b',
  'a:b',
  'a #b',
  'a# b',
  '#a',
  '12:30',
  '12:30:45.5',
  '2001-01-01',
  '2001-1-1',
  '2001-12-14t21:59:43.10-05:00',
  '2001-12-14 21:59:43',
  '2001-13-01',
  '2001-02-29',
  '2000-02-29',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551615',
  '18446744073709551616',
  '-9223372036854775808',
  '-9223372036854775809',
  '*a',
  '&a',
  '!a',
  '|',
  '>',
  "'",
  '"',
  "it's",
  'say "hi"',
  '%a',
  '@a',
  '`a',
  '{a',
  '[a',
  'a]',
  'a}',
  'a,b',
  '<<',
  '=',
  'ü',
  '😀',
  '日本語 テキスト',
  ' lead',
  'trail ',
  ' both ',
  'two\nlines',
  'two\nlines\n',
  'keep\n\n',
  '\nlead',
  'a\n b',
  'a \nb',
  'tab\there',
  '\ttab',
  'a\u2028b',
  'a\u0085b',
  'nul\u0000',
  '\u0007bell',
  '\ufeffbom',
  'a\ufeffb',
  '\u00a0nbsp',
  '\ud7ff',
  '\ue000',
  '\ufffd',
  '~a',
  'nullx',
  'truex',
  'long '.repeat(20).trim(),
  'x'.repeat(100),
  `${'word '.repeat(16)}end`,
  `${'a b  c '.repeat(14)}`.trim(),
  'l1\nl2\n\nl3',
  '\n',
  '\n\n',
  ' ',
  '  ',
  '1,000',
  '1 000',
  '0.1',
  '0.00001',
  '0.000001',
  '1e-7',
  '100000',
  '1000000',
  '10000000.5',
  'a\r\nb',
  '\r',
  '\\',
  '\\n',
  '/path/to',
  'http://x.y/z?a=b&c=d',
  '{{ .Values.x }}',
  '${VAR}',
  '$(VAR)',
  '<b>&amp;</b>',
  'key with: colon',
  '- - -',
  '?',
  '? ',
  '!',
  '!!',
  '0x',
  '0b',
  '0o',
  '1e',
  '+',
  '+.inf',
  '0.',
  '00',
  '1__0',
  '1_',
  '-_1',
  '1:2',
  '1:60',
  '190:20:30',
  '0:0',
]

/** Plain data: keys and strings from the list above, spliced now and then. */
export function value(random, depth = 3) {
  const kind = random.below(depth > 0 ? 9 : 6)
  if (kind < 4) return text(random)
  if (kind === 4)
    return random.pick([
      null,
      true,
      false,
      0,
      1,
      -1,
      1.5,
      1e21,
      1e-7,
      123456789.5,
      1e6,
      2 ** 53,
      -(2 ** 31),
      0.1,
      1e300,
      5e-324,
    ])
  if (kind === 5) return random.below(1000) / random.pick([1, 3, 10, 1e9])
  if (kind === 6) return Array.from({ length: random.below(4) }, () => value(random, depth - 1))
  return Object.fromEntries(Array.from({ length: random.below(5) }, () => [keyText(random), value(random, depth - 1)]))
}

// Go orders keys with an int64 that overflows: with such numbers its order is not one order, and differs from run to run.
function keyText(random) {
  const key = text(random)
  return /\d{18}/.test(key) ? 'big' : key
}

const LETTERS = [
  ...'aZ05 \n:#-?|>\'"%@`{}[],&*!~.=<_+x/\\$',
  '\n\n',
  '  ',
  ': ',
  ' #',
  '\t',
  '\r',
  '\u0085',
  '\u00a0',
  '\u2029',
  '\u{1f600}',
  'é',
]

function letters(random) {
  return Array.from({ length: random.below(9) }, () => random.pick(LETTERS)).join('')
}

function text(random) {
  if (random.below(6) === 0) return letters(random)
  const first = random.pick(SCALARS)
  const roll = random.below(10)
  if (roll === 0) return first + random.pick(SCALARS)
  if (roll === 1) return first + random.pick([' ', '\n', ': ', '#', "'", '"', ',', '\t']) + random.pick(SCALARS)
  return first
}

/** A document in random styles, damaged now and then. */
export function document(random) {
  let text = node(random, { depth: 3, indent: '', block: true })
  if (random.below(6) === 0) text = `---\n${text}`
  if (random.below(8) === 0) text = `# head\n${text}# foot\n`
  if (random.below(3) === 0) text = damage(random, text)
  return text
}

function damage(random, text) {
  const at = random.below(text.length + 1)
  switch (random.below(3)) {
    case 0:
      return text.slice(0, at) + random.pick(SOUP) + text.slice(at)
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + random.below(4))
    default:
      return text.slice(0, at)
  }
}

function node(random, at) {
  const kind = at.depth > 0 ? random.below(6) : 0
  if (kind <= 1) return ` ${scalarText(random, at)}\n`
  if (kind === 2) return ` ${flow(random, at.depth)}\n`
  const prefix = random.below(8) === 0 ? random.pick([' &a', ' !!map', ' &b !!seq', ' !local']) : ''
  const lines = Array.from({ length: 1 + random.below(3) }, () => (kind === 3 ? item(random, at) : pair(random, at)))
  return `${prefix}${prefix === '' && at.indent === '' ? '' : '\n'}${lines.join('')}`
}

function item(random, at) {
  return `${at.indent}-${node(random, { ...at, depth: at.depth - 1, indent: `${at.indent}  ` })}`
}

function pair(random, at) {
  const key =
    random.below(6) === 0
      ? scalarText(random, { ...at, key: true })
      : random.pick(['a', 'b', 'name', 'n', '1', 'on', '"q"', '<<', '1.5', '~'])
  const step = random.pick(['  ', '  ', '    ', ' '])
  return `${at.indent}${key}:${node(random, { ...at, depth: at.depth - 1, indent: at.indent + step })}`
}

function scalarText(random, at) {
  const raw = random.below(8) === 0 ? letters(random) : random.pick(SCALARS)
  const tag =
    random.below(14) === 0
      ? `${random.pick(['!!str', '!!int', '!!float', '!!bool', '!!null', '!!timestamp', '!!binary', '!x', '!', '&a'])} `
      : ''
  switch (random.below(at.key ? 3 : 6)) {
    case 0:
      return tag + JSON.stringify(raw)
    case 1:
      return `${tag}'${raw.replaceAll("'", "''")}'`
    case 3:
      return `${tag}|${random.pick(['', '-', '+'])}\n${indented(raw, at.indent)}`
    case 4:
      return `${tag}>${random.pick(['', '-', '+'])}\n${indented(raw, at.indent)}`
    case 5:
      return random.below(5) === 0 ? '*a' : tag + raw
    default:
      return tag + raw + (random.below(8) === 0 ? ' # comment' : '')
  }
}

function indented(raw, indent) {
  return raw
    .split('\n')
    .map((line) => `${indent}  ${line}`)
    .join('\n')
}

function flow(random, depth) {
  const inner = () =>
    depth > 1 && random.below(3) === 0
      ? flow(random, depth - 1)
      : random.pick(['a', '1', '"q"', "'s'", 'a b', '~', 'yes', '', 'a: b', 'http://x', '-1'])
  const items = Array.from({ length: random.below(4) }, inner)
  if (random.below(2) === 0)
    return `[${items.join(random.pick([', ', ',', ' , ']))}${random.below(5) === 0 ? ',' : ''}]`
  return `{${items.map((each, at) => `${random.pick(['k', 'n', '"j"', '1'])}${at}: ${each}`).join(', ')}}`
}
