const JSON_PARTS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"a"',
  '"b\\n"',
  '"\\u00e9"',
  '"\\ud83d\\ude00"',
  '"\\ud83d"',
  '"\\ud83dx\\u0041"',
  '"\\udc00"',
  '"\\x"',
  '"\\u12"',
  '"\\u12g4"',
  '"',
  '1',
  '-1',
  '-',
  '01',
  '1.5',
  '1.',
  '1.e',
  '1e5',
  '1E+2',
  '1e',
  '1e400',
  '.5',
  'true',
  'tru',
  'trx',
  'false',
  'null',
  'nul',
  'x',
  ' ',
  '\n',
  "'",
  '\u20ac',
  '\t',
  '\u0001',
  '1x',
  '"\\/\\b\\f\\r\\t\\\\"',
  'é"',
]
const SCHEMES = ['http', 'https', '', 'ftp', 'mailto', '1x', 'a+b', 'h ttp', ':', 'file']
const USERS = ['', 'u@', 'u:p@', 'u:@', ':p@', 'a b@', 'u%40x:p%3A@', 'ü@', '@', 'a:b:c@', 'u%zz@']
const HOSTS = [
  'h',
  'example.com',
  'EXAMPLE.com',
  '',
  '[::1]',
  '[fe80::1%25en0]',
  '[fe80::1%en0]',
  '[::1',
  '::1',
  '1.2.3.4',
  'a b',
  'h%41',
  'h%zz',
  'h_x',
  'ü.de',
  '[1.2.3.4]',
  '[::ffff:1.2.3.4]',
  '[1:2:3:4:5:6:7:8]',
  '[1:2:3:4:5:6:7:8:9]',
  '[::1]x',
  '[12345::]',
  '[::1.2.3.256]',
  '[:::]',
  '[1::2::3]',
  'h<',
  '[v1.x]',
  '[1.2.3]',
  '[01.2.3.4]',
  '[1.2.3.4.5]',
  '[1..2.3]',
  '[.1.2.3]',
  '[1.2.3.]',
  '[1.2.3.x]',
  '[256.1.1.1]',
  '[%25a]',
  '[::%25]',
  '[1:2]',
  '[x]',
  '[1:2:3:4:5:6:7::]',
  '[::1:2:3:4:5:6:7:8]',
  '[1x::]',
  '[1:]',
  '[:1]',
  '[1:1.2.3.4]',
  '[1:2:3:4:5:6:1.2.3.4]',
  '[1:2:3:4:5:6:7:1.2.3.4]',
  '[::1:2:3:4:5:6:7:1.2.3.4]',
  '[::1.2.3]',
  '[fe80::1%25a%20b]',
  '[fe80::1%25a%zzb]',
  '[fe80::1%25%41]',
  '[fe80::1%25%3c]',
  '[fe80::1%25<]',
  '[fe80::1%25%25]',
  '[00000::]',
  '[1::2:]',
  '[::1]]',
  'a[b]',
  '[::1%25en0]',
  'h%25',
]
const PORTS = ['', '', '', ':80', ':', ':x', ':080', ':80a', ':99999']
const ROOTS = ['*', '*?a', '*#f', '://x', 'a:', '?', '#', '//', '///x', 'http:', 'a%zz:b']
const PATHS = [
  '',
  '/',
  '/a/b',
  '/a b',
  '/%41',
  '/%zz',
  '/a%2Fb',
  '//x',
  '/ü',
  'a/b',
  '/a:b',
  'a:b',
  '/*',
  '*',
  '/a;b',
  "/a'b(c)",
  '/[x]',
  '/a\\b',
  '/%',
  '/\u007f',
]
const QUERIES = ['', '?', '?a=b', '?a=b&c=d', '?ü', '?a b', '?%zz', '?a#b', '??']
const FRAGMENTS = ['', '#', '#f', '#a b', '#%41', '#%zz', '#ü', '#a#b', "#(')"]
const URL_KEYS = ['scheme', 'host', 'hostname', 'path', 'query', 'opaque', 'fragment', 'userinfo']
const URL_VALUES = [
  'http',
  'h',
  'h:80',
  '/a',
  'a',
  'a:b',
  'q=1',
  'f',
  'u:p',
  'u',
  'a b',
  '',
  'ü',
  '//x',
  '*',
  'x@y',
  'a/b:c',
  '%41',
  '%zz',
  ':',
]
const PATTERNS = [
  'a',
  'a+',
  '(a)(b)?',
  '(?P<n>a)',
  '[a-c]',
  '^a',
  'a$',
  '\\\\bW',
  '\\\\d+',
  '(?i)H',
  'x*',
  '',
  '(',
  'a**',
  '[z-a]',
  'a{2}',
  'a{1,',
  '\\\\pL',
  '\\\\p{Greek}',
  '(?s).+',
  '(?m)^.',
  'a|b',
  '[[:alpha:]]+',
  '\\\\Q.\\\\E',
  '(?<n>l)',
  '(?=a)',
  '\\\\1',
  'a{1001}',
  '[^a]',
  '.',
  '\\\\x{41}',
  'é',
  '\\\\C',
  '(?U)a+',
  '\\\\z',
  '`a',
  'a`(',
  '\\u0001(',
  '\\xff',
  'a\\xffb',
  '(\\\\',
  'a\\\\',
  '(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)',
]
const SUBJECTS = [
  '',
  'a',
  'aab',
  'abc',
  'Hello World',
  'one\\ntwo',
  'x1y22',
  'äöü',
  'aGVsbG8=',
  'abababa',
  'W',
  '\u20acé',
  'lll',
]
const EXPANSIONS = [
  '',
  'x',
  '$1',
  '${1}x',
  '$1x',
  '${n}',
  '$n',
  '$$',
  '$',
  '${',
  '${1',
  '$2',
  '${99}',
  '$0',
  '\\\\1',
  'a$',
  '${é}',
  '$é',
]
const NUMBERS = [
  '0',
  '1',
  '-1',
  '42',
  '0x1F',
  '0b11',
  '0o17',
  '017',
  '08',
  '1_000',
  '1__0',
  '_1',
  '1_',
  '1.5',
  '-1.5e3',
  '1e400',
  '-1e400',
  '1e-400',
  'inf',
  '-Inf',
  '+infinity',
  'nan',
  '-nan',
  'NaN',
  '0x1p4',
  '0x1.8p-1',
  '0x.8p0',
  '0xp1',
  '0x1',
  '0x1p',
  '0x1.fffffffffffff8p1023',
  '0x1p-1074',
  '0x1p-1075',
  '0x1.8p-1074',
  '0x0.0000001p-1060',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775809',
  '18446744073709551616',
  '1.7976931348623157e308',
  '1.7976931348623159e308',
  '4.9e-324',
  '2.4e-324',
  '',
  ' 1',
  '1 ',
  '+5',
  '--5',
  '1e',
  '1e+',
  '.',
  '.5',
  '5.',
  '1.2.3',
  'true',
  'x',
  '١',
  '0x_1',
  '0_8',
  '0b2',
  '0o8',
  '1e1_0',
  '1_0.5',
  '0x1_0p0',
]
const PATHS_TEXT = [
  '',
  '.',
  '..',
  '/',
  '//',
  'a',
  'a/',
  '/a/b',
  'a/../b',
  '../a',
  '/../a',
  './a',
  'a/./b',
  'a//b',
  'a.b/c.d',
  '.a',
  'a.',
  '/a/',
  'a/b/..',
  '/..',
  '..//x',
  '.../x',
]

/** A template about JSON, URLs, regular expressions, numbers in texts and paths. */
export function encodings(random) {
  return `{{ ${random.weighted([
    [3, () => json(random)],
    [3, () => url(random)],
    [3, () => regex(random)],
    [2, () => number(random)],
    [
      1,
      () =>
        `${random.pick(['base', 'dir', 'clean', 'ext', 'isAbs', 'osBase', 'osDir', 'osClean', 'osExt', 'osIsAbs'])} ${JSON.stringify(random.pick(PATHS_TEXT))}`,
    ],
    [
      1,
      () =>
        `${random.pick(['b64dec', 'b32dec', 'b64enc', 'b32enc'])} ${JSON.stringify(random.pick(['', 'a', 'aA', 'aGk', 'aGk=', 'aGk==', 'aG\nk=', 'aGkA/w==', '====', 'a===', 'aG=k', 'NBSWY3DP', 'NBSWY3DPEE======', 'nbswy3dp', 'NB======', 'NBSWY3D', 'N=======', '\u20ac', 'äö', 'aGk=x', 'MY======', 'MZXQ====', 'MZXW6YQ=', 'MZXW6YTB', 'MY=====', 'MY====', 'MYA=====', 'MZXW6A==', 'MY==A===', 'M=======', 'MY======MY======', 'MY', 'MZXW6YTBMY======', 'NBSWY\n3DP', '====NB', 'a-_b', 'MZXW6===']))}`,
    ],
  ])()} }}`
}

function json(random) {
  let text = ''
  if (random.chance(0.5)) for (let left = 1 + random.int(7); left > 0; left--) text += random.pick(JSON_PARTS)
  else text = document(random, 3)
  const name = random.pick(['fromJson', 'mustFromJson'])
  return `${name} ${JSON.stringify(text)} | ${random.pick(['toJson', 'printf "%v"', 'mustToPrettyJson', 'toRawJson', 'printf "%#v"'])}`
}

function document(random, depth) {
  if (depth === 0 || random.chance(0.3)) return random.pick(JSON_PARTS.slice(6))
  const space = random.pick(['', ' ', '\n'])
  const items = Array.from({ length: random.int(4) }, () => document(random, depth - 1))
  if (random.chance(0.5)) return `[${space}${items.join(`,${space}`)}]`
  return `{${items.map((item, at) => `"k${at}"${space}:${item}`).join(',')}}`
}

function url(random) {
  if (random.chance(0.4)) {
    const pairs = Array.from(
      { length: 1 + random.int(6) },
      () =>
        `${JSON.stringify(random.pick(URL_KEYS))} ${random.chance(0.08) ? random.pick(['7', '.nil', 'nil']) : JSON.stringify(random.pick(URL_VALUES))}`,
    )
    return `urlJoin (dict ${pairs.join(' ')})`
  }
  if (random.chance(0.05)) return `urlParse ${JSON.stringify(random.pick(ROOTS))}`
  const scheme = random.pick(SCHEMES)
  const head = random.chance(0.75)
    ? `${scheme}${scheme === '' ? '' : ':'}//${random.pick(USERS)}${random.pick(HOSTS)}${random.pick(PORTS)}`
    : `${scheme}${random.pick(['', ':'])}`
  const text = head + random.pick(PATHS) + random.pick(QUERIES) + random.pick(FRAGMENTS)
  const call = `urlParse ${JSON.stringify(text)}`
  return random.chance(0.3) ? `${call} | urlJoin` : call
}

function regex(random) {
  const must = random.pick(['regex', 'mustRegex'])
  const pattern = `"${random.pick(PATTERNS)}"`
  const subject = `"${random.pick(SUBJECTS)}"`
  return random.weighted([
    [1, () => `${must}Match ${pattern} ${subject}`],
    [1, () => `${must}Find ${pattern} ${subject} | printf "%q"`],
    [1, () => `${must}FindAll ${pattern} ${subject} ${random.int(5) - 2} | printf "%q"`],
    [1, () => `${must}Split ${pattern} ${subject} ${random.int(5) - 2} | printf "%q"`],
    [2, () => `${must}ReplaceAll ${pattern} ${subject} "${random.pick(EXPANSIONS)}"`],
    [1, () => `${must}ReplaceAllLiteral ${pattern} ${subject} "${random.pick(EXPANSIONS)}"`],
    [0.3, () => `regexQuoteMeta ${pattern}`],
  ])()
}

function number(random) {
  const text = random.chance(0.7)
    ? random.pick(NUMBERS)
    : `${random.pick(['', '-', '0x', '1'])}${random.pick(NUMBERS)}${random.pick(['', 'e5', '.5', 'p2', '_1'])}`
  const name = random.pick([
    'int',
    'int64',
    'float64',
    'atoi',
    'toDecimal',
    'toString',
    'add 1',
    'addf 1',
    'mulf 2',
    'round',
    'ceil',
    'floor',
    'max 1',
    'minf 3',
    'until',
    'seq',
    'ternary 1 2',
    'semver',
  ])
  if (name === 'until' || name === 'seq')
    return `${name} ${Array.from({ length: name === 'seq' ? random.int(5) : 1 }, () => random.int(12) - 4).join(' ')}`
  if (name === 'round') return `round ${JSON.stringify(text)} ${random.int(12) - 4}${random.chance(0.3) ? ' .7' : ''}`
  if (random.chance(0.25))
    return /^[-+]?[0-9]/.test(text) && !/\s/.test(text)
      ? `printf "%T %v" ${text} ${text}`
      : `float64 ${JSON.stringify(text)}`
  return `${name} ${JSON.stringify(text)} | printf "%T %v"`
}
