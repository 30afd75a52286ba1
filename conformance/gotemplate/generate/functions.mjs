import { expression } from './expression.mjs'
import { KIND_NAMES, KINDS, kindOfText } from './kinds.mjs'

/** Functions of Go and sprig with what they take: s text, i integer, f number, b boolean, l list, m map, a anything, t time, r regular expression, v version, ... the rest of the same. */
const SIGNATURES = {
  and: 'aa...',
  or: 'aa...',
  not: 'a',
  len: 'a',
  index: 'aa...',
  slice: 'aii',
  html: 'a...',
  js: 'a...',
  urlquery: 'a...',
  print: 'a...',
  println: 'a...',
  printf: 'pa...',
  eq: 'aa...',
  ne: 'aa',
  lt: 'aa',
  le: 'aa',
  gt: 'aa',
  ge: 'aa',
  call: 'Fsi',
  abbrev: 'is',
  abbrevboth: 'iis',
  trunc: 'is',
  trim: 's',
  upper: 's',
  lower: 's',
  title: 's',
  untitle: 's',
  substr: 'iis',
  repeat: 'is',
  trimall: 'ss',
  trimAll: 'ss',
  trimSuffix: 'ss',
  trimPrefix: 'ss',
  nospace: 's',
  initials: 's',
  swapcase: 's',
  snakecase: 's',
  camelcase: 's',
  kebabcase: 's',
  wrap: 'is',
  wrapWith: 'iss',
  contains: 'ss',
  hasPrefix: 'ss',
  hasSuffix: 'ss',
  quote: 'a...',
  squote: 'a...',
  cat: 'a...',
  indent: 'is',
  nindent: 'is',
  replace: 'sss',
  plural: 'ssi',
  sha1sum: 's',
  sha256sum: 's',
  sha512sum: 's',
  adler32sum: 's',
  toString: 'a',
  atoi: 's',
  int64: 'a',
  int: 'a',
  float64: 'a',
  seq: 'i...',
  toDecimal: 'a',
  split: 'ss',
  splitList: 'ss',
  splitn: 'sis',
  toStrings: 'a',
  until: 'i',
  untilStep: 'iii',
  add1: 'a',
  add: 'a...',
  sub: 'aa',
  div: 'aa',
  mod: 'aa',
  mul: 'aa...',
  add1f: 'a',
  addf: 'a...',
  subf: 'aa...',
  divf: 'aa...',
  mulf: 'aa...',
  max: 'aa...',
  biggest: 'aa...',
  min: 'aa...',
  maxf: 'aa...',
  minf: 'aa...',
  ceil: 'a',
  floor: 'a',
  round: 'ai',
  join: 'sa',
  sortAlpha: 'a',
  default: 'aa',
  empty: 'a',
  coalesce: 'a...',
  all: 'a...',
  any: 'a...',
  compact: 'l',
  mustCompact: 'l',
  fromJson: 's',
  toJson: 'a',
  toPrettyJson: 'a',
  toRawJson: 'a',
  mustFromJson: 's',
  mustToJson: 'a',
  mustToPrettyJson: 'a',
  mustToRawJson: 'a',
  ternary: 'aab',
  deepCopy: 'a',
  mustDeepCopy: 'a',
  typeOf: 'a',
  typeIs: 'sa',
  typeIsLike: 'sa',
  kindOf: 'a',
  kindIs: 'sa',
  deepEqual: 'aa',
  base: 's',
  dir: 's',
  clean: 's',
  ext: 's',
  isAbs: 's',
  osBase: 's',
  osClean: 's',
  osDir: 's',
  osExt: 's',
  osIsAbs: 's',
  b64enc: 's',
  b64dec: 's',
  b32enc: 's',
  b32dec: 's',
  tuple: 'a...',
  list: 'a...',
  dict: 'sa...',
  get: 'ms',
  set: 'msa',
  unset: 'ms',
  hasKey: 'ms',
  pluck: 'sm...',
  pick: 'ms...',
  omit: 'ms...',
  merge: 'mm...',
  mergeOverwrite: 'mm...',
  mustMerge: 'mm...',
  mustMergeOverwrite: 'mm...',
  dig: 'ssam',
  append: 'la',
  push: 'la',
  mustAppend: 'la',
  mustPush: 'la',
  prepend: 'la',
  mustPrepend: 'la',
  first: 'l',
  mustFirst: 'l',
  rest: 'l',
  mustRest: 'l',
  last: 'l',
  mustLast: 'l',
  initial: 'l',
  mustInitial: 'l',
  reverse: 'l',
  mustReverse: 'l',
  uniq: 'l',
  mustUniq: 'l',
  without: 'la...',
  mustWithout: 'la...',
  has: 'al',
  mustHas: 'al',
  concat: 'll...',
  chunk: 'il',
  mustChunk: 'il',
  mustSlice: 'lii',
  semver: 'v',
  semverCompare: 'cv',
  fail: 's',
  regexMatch: 'rs',
  mustRegexMatch: 'rs',
  regexFindAll: 'rsi',
  mustRegexFindAll: 'rsi',
  regexFind: 'rs',
  mustRegexFind: 'rs',
  regexReplaceAll: 'rss',
  mustRegexReplaceAll: 'rss',
  regexReplaceAllLiteral: 'rss',
  mustRegexReplaceAllLiteral: 'rss',
  regexSplit: 'rsi',
  mustRegexSplit: 'rsi',
  regexQuoteMeta: 's',
  urlParse: 's',
  urlJoin: 'm',
  date: 'ot',
  dateInZone: 'ots',
  date_in_zone: 'ots',
  dateModify: 'st',
  date_modify: 'st',
  mustDateModify: 'st',
  must_date_modify: 'st',
  duration: 'a',
  durationRound: 'a',
  htmlDate: 't',
  htmlDateInZone: 'ts',
  toDate: 'os',
  mustToDate: 'os',
  unixEpoch: 't',
}

/** Helm's own: n name of a template, T text of a template, Y, J and O a text of YAML, JSON and TOML, the rest as above. */
const HELM_SIGNATURES = {
  include: 'na',
  tpl: 'Ta',
  required: 'sa',
  fail: 's',
  lookup: 'ssss',
  toYaml: 'a',
  mustToYaml: 'a',
  toYamlPretty: 'a',
  fromYaml: 'Y',
  fromYamlArray: 'Y',
  toJson: 'a',
  mustToJson: 'a',
  fromJson: 'J',
  fromJsonArray: 'J',
  toToml: 'a',
  mustToToml: 'a',
  fromToml: 'O',
  mustToDuration: 'D',
  durationSeconds: 'D',
  durationMilliseconds: 'D',
  durationMicroseconds: 'D',
  durationNanoseconds: 'D',
  durationMinutes: 'D',
  durationHours: 'D',
  durationDays: 'D',
  durationWeeks: 'D',
  durationRoundTo: 'DD',
  durationTruncateTo: 'DD',
}

/** All function names that are generated. */
export const FUNCTIONS = Object.keys(SIGNATURES)
/** The names of Helm's own. */
export const HELM_FUNCTIONS = Object.keys(HELM_SIGNATURES)

/** Function names and signatures, and where their kinds of argument are counted. */
const GO_AND_SPRIG = { group: 'function x kind', names: FUNCTIONS, signatures: SIGNATURES }
export const HELM = { group: 'helm function x kind', names: HELM_FUNCTIONS, signatures: HELM_SIGNATURES }

/** A call of a function with arguments that mostly fit. */
export function call(random, depth, name = random.pick(FUNCTIONS), family = GO_AND_SPRIG) {
  const kinds = argumentKinds(random, family.signatures[name])
  return words(
    random,
    family,
    name,
    kinds.map((kind) => expression(random, depth - 1, random.chance(0.08) ? 'a' : kind)),
  )
}

/** A call with kinds of arguments that the function has had the least of, whether they fit or not; of some functions that which needs it most. */
export function aimedCall(random, family = GO_AND_SPRIG) {
  const { group, names, signatures } = family
  const candidates = Array.from({ length: 6 }, () => random.pick(names))
  const lowest = (each) => random.coverage.lowest(group, pairsOf(each))
  const name = candidates.reduce((best, each) => (lowest(each) < lowest(best) ? each : best))
  const kinds = argumentKinds(random, signatures[name])
  const aimed = random.int(Math.max(1, kinds.length))
  const args = kinds.map((kind, at) => {
    if (at !== aimed && random.chance(0.1)) return expression(random, 0, kind)
    const least = random.coverage.least(random, group, pairsOf(name))
    return random.pick(KINDS[least.slice(name.length + 1)])
  })
  return words(random, family, name, args)
}

function pairsOf(name) {
  return KIND_NAMES.map((each) => `${name} ${each}`)
}

function words(random, { group }, name, args) {
  for (const arg of args) random.coverage.note(group, `${name} ${kindOfText(arg)}`)
  // A constant cannot stand at a later stage of a pipeline, but well at its first.
  if (args.length > 0 && random.chance(0.25)) return `${args.at(-1)} | ${[name, ...args.slice(0, -1)].join(' ')}`
  return [name, ...args].join(' ')
}

function argumentKinds(random, signature) {
  const isVariadic = signature.endsWith('...')
  const kinds = [...signature.replace('...', '')]
  if (isVariadic) {
    const last = kinds.pop()
    const extra = random.int(4)
    if (signature === 'sa...') for (let at = 0; at < extra; at++) kinds.push('s', 'a')
    else for (let at = 0; at < extra; at++) kinds.push(last)
  }
  if (random.chance(0.03)) kinds.pop()
  if (random.chance(0.02)) kinds.push('a')
  return kinds
}
