import { KINDS } from './kinds.mjs'

const ALL = Object.values(KINDS).flat()
const KEYS = ['"a"', '"b"', '"c"', '"zz"', '""', '.s', '"l"']
const NUMBERS = ['0', '1', '2', '3', '4', '-1', '-2', '.i64', '"2"', '1.9']

/** A template of functions on lists and maps, nested and built on the spot. */
export function containers(random) {
  const text = random.weighted([
    [
      4,
      () =>
        `${random.pick(['merge', 'mergeOverwrite', 'mustMerge', 'mustMergeOverwrite'])} ${Array.from({ length: 1 + random.int(3) }, () => map(random, 2)).join(' ')} | toJson`,
    ],
    [
      2,
      () =>
        `${random.pick(['deepCopy', 'mustDeepCopy'])} ${value(random, 2)} | ${random.pick(['toJson', 'printf "%T %v"', 'toPrettyJson'])}`,
    ],
    [2, () => `deepEqual ${value(random, 2)} ${value(random, 2)}`],
    [1, () => `$v := ${value(random, 2)}}}{{deepEqual $v ${random.pick(['$v', '(deepCopy $v)'])}`],
    [
      2,
      () =>
        `dig ${random.pick(KEYS)} ${random.chance(0.6) ? `${random.pick(KEYS)} ` : ''}${random.pick(ALL)} ${random.pick([map(random, 2), '.deep', '.m', '.sm', '.nil', 'nil', '.nm'])}`,
    ],
    [1, () => `dig ${random.pick(['', '"a"', '"a" 1', '1 2 (dict)', 'nil 1 .deep'])}`],
    [2, () => `${random.pick(['has', 'without .mixed', 'mustHas'])} ${value(random, 1)} ${list(random, 1)}`],
    [
      2,
      () =>
        `${random.pick(['uniq', 'mustUniq', 'compact', 'reverse', 'initial', 'rest', 'first', 'last', 'sortAlpha', 'toStrings', 'concat', 'len', 'join ","', 'values', 'keys'])} ${random.pick([list(random, 2), value(random, 1)])} | printf "%T %v"`,
    ],
    [
      2,
      () =>
        `${random.pick(['slice', 'mustSlice'])} ${random.pick([list(random, 2), '.list', '.strs', '.ints', '.bytes', '.nl', '(append .list 1)', '(rest .list)', '(splitList "," "a,b,c")'])} ${many(random, NUMBERS, 3)} | printf "%T %v"`,
    ],
    [
      1,
      () =>
        `${random.pick(['chunk', 'mustChunk'])} ${random.pick(NUMBERS)} ${random.pick([list(random, 2), '.list', '.bytes', '.empty', '.nl'])} | printf "%T %v"`,
    ],
    [
      1,
      () =>
        `${random.pick(['append', 'prepend', 'push', 'mustAppend', 'mustPrepend'])} ${list(random, 2)} ${value(random, 1)} | printf "%T %v"`,
    ],
    [1, () => `concat ${list(random, 1)} ${list(random, 1)} | printf "%T %v"`],
    [
      2,
      () =>
        `$d := ${map(random, 2)}}}{{$e := ${random.pick(['set', 'unset'])} $d ${random.pick(KEYS)}${random.chance(0.5) ? ` ${value(random, 1)}` : ''}}}{{toJson $d}}{{toJson $e`,
    ],
    [
      1,
      () =>
        `${random.pick(['keys', 'values'])} ${random.pick(['.one', '.sm', '.em', '.nm', '(dict "a" 1)', '.nil', '.s'])}`,
    ],
    [
      1,
      () =>
        `keys ${random.pick(['.m', '.deep', '(dict "b" 1 "a" 2)'])} ${random.pick(['', '.one', '.sm'])} | sortAlpha`,
    ],
    [1, () => `values ${random.pick(['.m', '(dict "b" 1 "a" 2)'])} | sortAlpha`],
    [2, () => `${random.pick(['pick', 'omit'])} ${map(random, 1)} ${many(random, KEYS, 3)} | toJson`],
    [1, () => `pluck ${random.pick(KEYS)} ${map(random, 1)} ${map(random, 1)} | toJson`],
    [2, () => `${random.pick(['get', 'hasKey', 'index'])} ${map(random, 1)} ${random.pick(KEYS)}`],
    [
      2,
      () =>
        `${random.pick(['toJson', 'toPrettyJson', 'toRawJson', 'mustToJson', 'mustToPrettyJson', 'mustToRawJson'])} ${random.pick([value(random, 3), '.rec', '.prec', '.nrec', '.chain', '.pint', '.npint', '(list .chain .rec)', '(dict "a" .chain)', '.fnan', '(list .c)', '.sem', '.time', '.dur', '(semver "1.2")'])}`,
    ],
    [
      2,
      () =>
        `${random.pick(['quote', 'squote', 'cat', 'toString', 'join "-"', 'coalesce', 'default "d"', 'empty', 'all', 'any', 'kindOf', 'typeOf', 'typeIs "*main.record"', 'typeIsLike "main.record"', 'kindIs "struct"', 'ternary 1 2', 'toStrings', 'list', 'int', 'float64', 'add 1', 'max 2', 'round'])} ${random.pick(['.rec', '.prec', '.nrec', '.chain.Next.Any', '.npint', '.pint', value(random, 2)])}`,
    ],
    [
      1,
      () =>
        `printf ${random.pick(['"%v"', '"%+v"', '"%#v"', '"%T"', '"%d"', '"%s"', '"%x"', '"%q"', '"%w"'])} ${random.pick(['.rec', '.prec', '.nrec', '(list .rec)', '(dict "r" .rec)', value(random, 2)])}`,
    ],
    [
      1,
      () =>
        `${random.pick(['biggest', 'max', 'min', 'add', 'sub', 'div', 'mod', 'mul', 'maxf', 'minf', 'addf', 'subf', 'divf', 'mulf', 'seq', 'untilStep'])} ${many(random, ['0', '1', '2', '-3', '4', '1.5', '"7"', '.dur', '.nil', 'true', '.pint', '"x"', '.u8'], 3)}`,
    ],
    [
      0.3,
      () =>
        `${random.pick(['hello', 'getHostByName "a"', 'ago .nil', 'ago .dur | print', 'now | kindOf', 'now | date "x"', 'ago now', 'ago (now | dateModify "-90m")', 'ago .i32', 'date "x" "a"', 'durationRound .nil', 'durationRound now'])}`,
    ],
  ])()
  return `{{ ${text} }}`
}

/** A value of any kind, nested. */
export function value(random, depth, items = ALL) {
  if (depth === 0 || random.chance(0.4)) return random.pick(items)
  return random.chance(0.5) ? map(random, depth) : list(random, depth)
}

/** mergo looks into structs and pointers that both maps have, which ours does not. */
const WHOLE = ALL.filter((text) => !['.rec', '.prec', '.nrec', '.sem', '.time'].includes(text))

/** A map, fresh where it may be changed. */
export function map(random, depth) {
  if (random.chance(0.25))
    return random.pick(['(deepCopy .m)', '(deepCopy .deep)', '.em', '.nm', '(deepCopy .one)', '(dict)', '.sm'])
  const pairs = Array.from(
    { length: random.int(4) },
    () => `${random.pick(['"a"', '"b"', '"c"', '"l"', '1'])} ${value(random, depth - 1, WHOLE)}`,
  )
  return `(dict ${pairs.join(' ')})`
}

function list(random, depth) {
  if (random.chance(0.25))
    return random.pick(['.list', '.mixed', '.nested', '.strs', '.ints', '.bytes', '.nl', '.empty', '(tuple)'])
  return `(list ${Array.from({ length: random.int(4) }, () => value(random, depth - 1)).join(' ')})`
}

function many(random, items, most) {
  return Array.from({ length: random.int(most + 1) }, () => random.pick(items)).join(' ')
}
