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
  '{{a\udcff}}',
  '{{.\udcff}}',
  '{{\udcff}}',
  '{{$\u{1F600}}}',
  '{{a\u{1F600}b}}',
  '{{.\u{10400}\u{10401}}}',
  '{{$\u{10400} := 1}}{{$\u{10400}}}',
  '{{1\u{1F600}}}',
  '{{1\u{10400}}}',
  '{{1\udc80}}',
  '{{"a\udcffb" | printf "%q"}}',
  '{{printf "%d" \'\udcff\'}}',
  '{{printf "%c" \'\u{1F600}\'}}',
  "{{'\\08'}}",
  "{{'\\8'}}",
  "{{'ab'}}",
  '{{`a\r\nb` | printf "%q"}}',
  '\udcff{{"x"}}',
  '{{ | print}}',
  '{{print | }}',
  '{{print || 1}}',
  '{{(| print)}}',
  '{{$x, $y := 1}}',
  '{{$x, $y, $z := 1}}',
  '{{range $x, $y, $z := .list}}{{end}}',
  '{{range $x, 1 := .list}}{{end}}',
  '{{range $x, }}{{end}}',
  '{{range $x, := .list}}{{end}}',
  '{{with $x, $y := .list}}{{end}}',
  '{{break 1}}',
  '{{range .list}}{{break 1}}{{end}}',
  '{{range .list}}{{continue x}}{{end}}',
  '{{true.x}}',
  '{{nil.x}}',
  '{{1.5.x}}',
  '{{"a".x.y}}',
  '{{define "\\q"}}{{end}}',
  '{{define abcdefghijklmnop}}',
  '{{template "a" "b"}} {{template ääääääää}}',
  '{{define 1}}{{end}}',
  '{{define "a" .}}{{end}}',
  '{{define "a"}}{{else}}{{end}}',
  '{{define "a"}}x{{end}}{{define "a"}}y{{end}}',
  '{{define "a"}}x{{end}}{{define "a"}} {{/* c */}}{{end}}{{template "a"}}',
  '{{define "a"}} {{end}}{{define "a"}}y{{end}}{{template "a"}}',
  '{{define "t.tpl"}}y{{end}} ',
  'x{{define "t.tpl"}}y{{end}}',
  '{{template "\\q"}}',
  '{{template 1}}',
  '{{block "a"}}{{end}}',
  '{{block "a" .}}{{else}}{{end}}',
  '{{block 1 .}}{{end}}',
  '{{if .t}}{{else}}{{else}}{{end}}',
  '{{if .t}}{{else with .f}}{{end}}',
  '{{with .t}}{{else if .f}}{{end}}',
  '{{range .list}}{{else if .f}}{{end}}',
  '{{if .t}}',
  '{{else}}',
  '{{end}}',
  '{{end 1}}',
  '{{else 1}}',
  '{{if}}{{end}}',
  '{{with}}{{end}}',
  '{{template "a" }}',
  '{{nil}}',
  '{{nil | print}}',
  '{{print nil}}',
  '{{(nil)}}',
  '{{.s | nil}}',
  '{{"a" | true}}',
  '{{"a" | .}}',
  '{{print (nil).x}}',
  '{{print (1).x}}',
  '{{(print).x}}',
  '{{(.sem).Major.x}}',
  '{{print\n"a}}',
  '{{print\n1.2.3}}',
  '{{print\n\n',
  '{{(\n1',
  '{{print\n#}}',
  '{{/*\n*/ x}}',
  '{{1e+-}}',
  '{{1+2+3i}}',
  '{{1+i}}',
  '{{1+2ix}}',
  '{{1.5+2.5i}}',
  '{{-i}}',
  '{{1e3i}}',
  '{{0x1p-2i}}',
  '{{1_i}}',
  '{{0x1p+1+2i}}',
  '{{-0}}',
  '{{-0 | printf "%v %T"}}',
  '{{abcdefghijklmnop}}',
  '{{"abcdefghijklmnop" "x"',
  '{{template "a" abcdefghijklmnop}}',
  '{{print äöüäöü}}',
  '{{if "äöüäöüäöü" }}{{end x}}',
  '{{define "äöüäöüäöü" "x"}}',
  '{{range 3}}{{.}}{{break}}{{else}}{{end}}',
  '{{range $i, $x := 3}}{{end}}',
  '{{range 0}}{{else}}none{{end}}',
  '{{range .u8}}{{break}}{{end}}',
  '{{range "abc"}}{{end}}',
  '{{range .fl}}{{end}}',
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
        '((dateModify "4ns" .time).Sub .time)',
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
  '\udcff',
  '\u{10400}',
  '\n\n',
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
  const out = [...text]
  for (let times = 1 + random.int(2); times > 0; times--) {
    const at = random.int(out.length + 1)
    const cut = random.chance(0.5) ? random.int(4) : 0
    out.splice(at, cut, ...(random.chance(0.7) ? random.pick(NOISE) : ''))
  }
  return out.join('')
}
