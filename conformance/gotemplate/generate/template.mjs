import { expression } from './expression.mjs'
import { call } from './functions.mjs'

const TEXTS = ['x', ' ', '\n', 'text ', '\n  ', '€', '}', '{', '%', '<a href="x">', '']

/** A whole template. */
export function template(random) {
  const size = 1 + random.int(4)
  let out = ''
  for (let at = 0; at < size; at++) out += node(random, 3)
  if (random.chance(0.3)) out = `${definition(random)}${out}`
  return random.chance(0.12) ? broken(random, out) : out
}

const FAULTS = [
  '{{/* a',
  '{{/* a */ b}}',
  '{{- /* a */x -}}',
  '{{1',
  '{{(1}}',
  '{{print (1 2}}',
  '{{1)}}',
  '{{$x : 1}}',
  '{{print :}}',
  '{{"a',
  '{{"a\\\\',
  "{{'a",
  "{{print 'b\n'}}",
  '{{`a',
  '{{0x}}',
  '{{1.2.3}}',
  '{{12a}}',
  '{{1+2}}',
  '{{.a#b}}',
  '{{$x€}}',
  '{{ab!c}}',
  '{{€}}',
  '{{"\\\\q"}}',
  '{{#}}',
  '{{\u0001}}',
  '{{- \u{1F600} -}}',
]

/** A template with a fault that the lexer finds. */
export function faulty(random) {
  const before = random.chance(0.6) ? node(random, 1) : ''
  return `${before}${random.pick(FAULTS)}${random.chance(0.5) ? node(random, 0) : ''}`
}

/** A template that shows the type and value of one call. */
export function probe(random, text) {
  return random.pick([
    `{{ ${text} }}`,
    `{{ $x := ${text} }}{{ printf "%T|%v|%#v" $x $x $x }}`,
    `{{ with ${text} }}[{{ . }}]{{ else }}none{{ end }}`,
    `{{ ${text} | printf "%q" }}`,
  ])
}

function definition(random) {
  const name = random.pick(['"a"', '"b"', '`c`'])
  const body = node(random, 2)
  return random.chance(0.8)
    ? `${open(random)}define ${name}${close(random)}${body}${open(random)}end${close(random)}`
    : `{{block ${name} .}}${body}{{end}}`
}

function open(random) {
  return random.chance(0.2) ? '{{- ' : '{{'
}

function close(random) {
  return random.chance(0.2) ? ' -}}' : '}}'
}

function action(random, text) {
  return `${open(random)}${text}${close(random)}`
}

function node(random, depth) {
  return random.weighted([
    [4, () => random.pick(TEXTS)],
    [6, () => action(random, pipeline(random))],
    [depth > 0 ? 2 : 0, () => branch(random, depth)],
    [depth > 0 ? 2 : 0, () => range(random, depth)],
    [1, () => action(random, `$${random.pick(['x', 'y', 'longer'])} ${random.pick([':=', '='])} ${pipeline(random)}`)],
    [1, () => action(random, random.pick(['$x', '$y', '$', '$.m.a', '.', '.m.b', '.deep.l', '$x.a.b']))],
    [
      0.6,
      () =>
        action(
          random,
          `template ${random.pick(['"a"', '"b"', '"c"', '"none"'])}${random.chance(0.7) ? ` ${pipeline(random)}` : ''}`,
        ),
    ],
    [0.4, () => `{{/* ${random.pick(TEXTS)} */}}`],
    [0.3, () => action(random, random.pick(['break', 'continue', 'end', 'else']))],
    [0.4, () => `{{$v := ${pipeline(random)}}}{{printf "%T %v" $v $v}}`],
  ])()
}

function pipeline(random) {
  if (random.chance(0.5)) return call(random, 2)
  const head = expression(random, 2)
  if (random.chance(0.6)) return head
  return `${head} | ${random.pick(['print', 'len', 'printf "%v"', 'not', 'html', 'upper', 'quote', 'default "d"', 'toString', 'index .list', '.m.a', '3'])}`
}

function branch(random, depth) {
  const keyword = random.pick(['if', 'if', 'with'])
  const declared = random.chance(0.25) ? '$x := ' : ''
  let out = action(random, `${keyword} ${declared}${pipeline(random)}`) + node(random, depth - 1)
  if (random.chance(0.25)) out += action(random, `else ${keyword} ${pipeline(random)}`) + node(random, depth - 1)
  if (random.chance(0.5)) out += action(random, 'else') + node(random, depth - 1)
  return out + action(random, 'end')
}

function range(random, depth) {
  const declared = random.pick(['', '', '$x := ', '$x, $y := ', '$x = ', '$k, $x = '])
  const source = random.chance(0.6)
    ? random.pick([
        '.list',
        '.m',
        '.ints',
        '.deep.l',
        '3',
        '.empty',
        '.nil',
        '.strs',
        '.mixed',
        '.bytes',
        '.fn',
        '.s',
        '.i',
      ])
    : pipeline(random)
  let body = node(random, depth - 1)
  if (random.chance(0.3))
    body += action(random, random.pick(['break', 'continue', 'if .}}{{break}}{{end'])) + node(random, 0)
  const otherwise = random.chance(0.3) ? action(random, 'else') + node(random, 0) : ''
  return action(random, `range ${declared}${source}`) + body + otherwise + action(random, 'end')
}

const NOISE = [
  '{{',
  '}}',
  '"',
  '`',
  '|',
  '(',
  ')',
  ':=',
  '=',
  '$',
  '.',
  ',',
  '-',
  "'",
  '\n',
  '/*',
  '*/',
  ' ',
  '1',
  'end',
  '\\',
  '€',
  '\u0000',
  '[',
  '#',
  '{{-',
  '-}}',
  '{{- /*',
  'nil',
  '0x',
]

/** A template with a few characters changed. */
function broken(random, text) {
  let out = text
  for (let times = 1 + random.int(2); times > 0; times--) {
    const at = random.int(out.length + 1)
    const cut = random.chance(0.5) ? random.int(4) : 0
    out = out.slice(0, at) + (random.chance(0.7) ? random.pick(NOISE) : '') + out.slice(at + cut)
  }
  return out
}
