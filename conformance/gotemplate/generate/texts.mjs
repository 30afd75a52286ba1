import { STRANGE_TEXTS } from './literals.mjs'

const WHOLE = [
  ...STRANGE_TEXTS,
  '"one two  three"',
  '"HTTPServer2Go"',
  '"snake_case-and Kebab"',
  '"aBC12def3 x"',
  '"ǅ ǆ ß ﬁ İ ı Σς"',
  '"ა ჰ Ა"',
  '"日本語 text"',
  '"__a--b  c__"',
  '"12ab34"',
  '"a!b?c"',
  '"A1"',
  '"ABc"',
  '"x1Y2"',
  '"é\\u0301x"',
  '"\\u3400\\u4dff\\U00020000a"',
  '"\\u00a0a\\u2003b\\u0085"',
  '"  pad\\t\\n"',
  '"abcdefghijklmnopqrstuvwxyz"',
  '"a b c d e f g h i j"',
  '"long-word-without-a-space and more"',
  '""',
  '"-"',
  '"__"',
  '"1"',
  '"0A"',
  '"1A2b"',
  '"aß1"',
  '"Ⅷ½ x"',
  '"a_1_b"',
  '"A.B.C"',
  '"99 Balloons"',
]
const PARTS = [
  '""',
  '"a"',
  '" "',
  '"e"',
  '"an"',
  '"é"',
  '"\\xc3"',
  '"\\xa9"',
  '"\\xff"',
  '"-"',
  '"o "',
  '"\\ufffd"',
  '"b"',
  '"z"',
  '"ß"',
  '"__"',
  '"1"',
]
const NUMBERS = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '10',
  '12',
  '20',
  '-1',
  '-2',
  '-5',
  '-30',
  '100',
  '.ibig',
  '(mul -1 .ibig)',
  '.ineg',
]
const ONE = [
  'trim',
  'upper',
  'lower',
  'title',
  'untitle',
  'nospace',
  'initials',
  'swapcase',
  'snakecase',
  'camelcase',
  'kebabcase',
  'quote',
  'squote',
  'b64enc',
  'b32enc',
  'sha1sum',
  'sha256sum',
  'sha512sum',
  'adler32sum',
  'regexQuoteMeta',
  'toString',
  'len',
  'urlquery',
  'html',
  'js',
  'toJson',
  'toRawJson',
  'base',
  'dir',
  'ext',
  'b64dec',
  'b32dec',
  'atoi',
  'int',
  'float64',
  'toDecimal',
  'sortAlpha',
  'typeOf',
  'print',
  'not',
  'empty',
  'urlParse',
  'fromJson',
  'splitList ""',
  'cat 1',
]
const TWO = [
  'trimAll',
  'trimall',
  'trimSuffix',
  'trimPrefix',
  'contains',
  'hasPrefix',
  'hasSuffix',
  'split',
  'splitList',
  'eq',
  'lt',
  'join',
  'regexMatch',
  'regexFind',
  'cat',
  'deepEqual',
]
const COUNTED = ['trunc', 'abbrev', 'repeat', 'indent', 'nindent', 'wrap']

/** A template of functions on texts whose arguments have to do with each other. */
export function texts(random) {
  const text = random.weighted([
    [4, () => `${random.pick(ONE)} ${whole(random)}`],
    [4, () => `${random.pick(TWO)} ${part(random)} ${whole(random)}`],
    [2, () => counted(random)],
    [1, () => `abbrevboth ${random.pick(NUMBERS)} ${random.pick(NUMBERS)} ${whole(random)}`],
    [1, () => `substr ${random.pick(NUMBERS)} ${random.pick(NUMBERS)} ${whole(random)}`],
    [1, () => `wrapWith ${random.pick(NUMBERS)} ${part(random)} ${whole(random)}`],
    [2, () => `replace ${part(random)} ${part(random)} ${whole(random)}`],
    [1, () => `splitn ${part(random)} ${random.pick(NUMBERS)} ${whole(random)}`],
    [1, () => `plural ${part(random)} ${whole(random)} ${random.pick(NUMBERS)}`],
    [1, () => `slice ${whole(random)} ${random.pick(NUMBERS)} ${random.pick(NUMBERS)}`],
    [1, () => `index ${whole(random)} ${random.pick(NUMBERS)}`],
    [1, () => `list ${whole(random)} ${whole(random)} ${whole(random)} | sortAlpha`],
    [
      1,
      () =>
        `regexReplaceAll ${random.pick(['"(.)(.)"', '"."', '"é"', '"[^a-z]"', '"\\xff"', '"\\\\s*"'])} ${whole(random)} "${random.pick(['<$1>', '$2$1', '', '${1}é'])}"`,
    ],
    [
      1,
      () =>
        `printf "${random.pick(['%q', '%+q', '%#q', '%#+q', '%x', '% X', '%#x', '%.3s', '%.2q', '%8s', '%-8s|', '%08s', '%.1x', '%v', '%#v', '%c', '%U'])}" ${whole(random)}`,
    ],
    [
      1,
      () =>
        `printf "${random.pick(['%c', '%q', '%U', '%#U', '%+q', '%#q'])}" ${random.pick(["'\\ufffd'", "'\\U0010FFFF'", '1114112', '55296', '-1', "'\\u00e9'", '128512', '0xad', '.ibig', '.u64', '9', '39', '34', '127'])}`,
    ],
  ])()
  return `{{ ${text} }}`
}

function counted(random) {
  const name = random.pick(COUNTED)
  const safe = NUMBERS.filter((number) => !number.includes('ibig'))
  return `${name} ${random.pick(/repeat|indent/.test(name) ? safe : NUMBERS)} ${whole(random)}`
}

function whole(random) {
  if (random.chance(0.08)) return `(print ${random.pick(WHOLE)} ${random.pick(WHOLE)})`
  return random.pick(WHOLE)
}

function part(random) {
  return random.chance(0.7) ? random.pick(PARTS) : random.pick(WHOLE)
}
