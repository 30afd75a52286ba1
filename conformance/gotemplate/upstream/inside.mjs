// The cases that stand inside of Go's test functions, not in tables: written out here, answered by Go.

const interfaces = [
  'index .Nil 1',
  'index .Slice 2',
  'index .Slice .Two',
  'call .Nil 1',
  'call .PlusOne 1',
  'call .PlusOne .One',
  'and (index .Slice 0) true',
  'and .Zero true',
  'and (index .Slice 1) false',
  'and .One false',
  'or (index .Slice 0) false',
  'or .Zero false',
  'or (index .Slice 1) true',
  'or .One true',
  'not (index .Slice 0)',
  'not .Zero',
  'not (index .Slice 1)',
  'not .One',
  ...['eq', 'ne', 'ge', 'gt', 'le', 'lt'].flatMap((name) => [
    `${name} (index .Slice 0) .Zero`,
    `${name} (index .Slice 1) .One`,
    `${name} (index .Slice 0) .One`,
    `${name} (index .Slice 1) .Zero`,
  ]),
]
const scripts = [
  'a',
  "'foo",
  'Go "jump" \\',
  'Yukihiro says "今日は世界"',
  'unprintable \ufffe',
  '<html>',
  'no = in attributes',
  '&#x27; does not become HTML entity',
]
const delims = [
  ['', ''],
  ['{{', '}}'],
  ['<<', '>>'],
  ['|', '|'],
  ['(日)', '(本)'],
]
const nested = [
  'line 1\nline 2\nline 3\n{{template "one" .}}\n{{define "one"}}{{template "two" .}}{{end}}',
  '{{define "two"}}{{template "three" .}}{{end}}',
  '{{define "three"}}{{index "hi" $}}{{end}}',
].join('\n')
const block = 'a({{block "inner" .}}bar({{.}})baz{{end}})b'

/** Name, files in order (the last is executed), data (plain, or `$name` of exec_record_test.go), options. */
export const INSIDE = [
  ...interfaces.map((text) => one(text, `{{${text}}}`, '$interfaces')),
  ...scripts.map((text) => one(`js ${text}`, '{{js .}}', text)),
  ...delims.map(([left, right]) => {
    const [open, close] = [left || '{{', right || '}}']
    const text = `${open}.Str${close}${open}/*comment*/${close}${open}"${open}"${close}`
    return { ...one(`delimiters ${left} ${right}`, text, { Str: 'Hello, world' }), delims: [left, right] }
  }),
  one('error in nested templates', nested, '$five'),
  one('error of a function', '{{ err }}', null),
  one('panic of a function', '{{doPanic}}', null),
  one('panic of a called field', '{{call .PanicFunc}}', '$test'),
  one('final for printf', '{{"x" | printf}}', null),
  one('template that is not there', '{{template "x"}}', 0),
  ...['', 'default', 'zero', 'error'].flatMap((missingkey) => [
    { ...one(`missing key of numbers ${missingkey}`, '{{.x}} {{.y}}', '$counts'), missingkey },
    { ...one(`missing key of texts ${missingkey}`, '{{.x}} {{.y}}', '$texts'), missingkey },
    { ...one(`missing key of nothing ${missingkey}`, '{{.x}} {{.y}}', null), missingkey },
  ]),
  one('unterminated raw string', 'hello\n\n{{`unterminated\n\n\n\n}}\n some more\n\n', null),
  one('field of a field of a number', 'hello, {{.X.Y}}', { X: 1 }),
  one('block', block, 'hello'),
  {
    name: 'block overlaid',
    files: [
      ['outer', block],
      ['overlay', '{{define "inner"}}foo({{.}})bar{{end}}'],
      ['call', '{{template "outer" .}}'],
    ],
    data: 'goodbye',
  },
  one('call of nothing', '{{call}}', '$test'),
  one('call of no function', '{{call .True}}', '$test'),
  one('call with a wrong argument', '{{call .BinaryFunc 1}}', '$test'),
  one('variadic call without arguments', '{{call .VariadicFuncInt}}', '$test'),
  one('call of a pipeline', '{{call (len "test")}}', null),
  one('dot in parentheses', '{{ (.)  }}', 'result'),
  one('function without call', '{{ (.)  }}', '$call'),
  one('function with call', '{{ (call .)  }}', '$call'),
  ...[
    ['x', 'y'],
    [''],
    ['', ''],
    ['{{.}}', '{{.}}'],
    ['{{/* a comment */}}', '{{/* a comment */}}'],
    ['{{.}}', ''],
  ].map((texts) => ({
    name: `defined ${texts.join('|')}`,
    files: texts.map((text) => ['twice', text]),
    data: 'twice',
  })),
  {
    name: 'empty block replaced',
    files: [
      ['stylesheet', '{{define "stylesheet"}}stylesheet{{end}}'],
      ['xhtml', '{{block "stylesheet" .}}{{end}}'],
      ['title.xhtml', '{{template "xhtml" .}}'],
    ],
    data: 0,
  },
  {
    name: 'templates of several texts',
    files: [
      ['a', '{{define "a"}}{{template "b"}}{{template "c"}}{{end}}'],
      ['b', '{{define "b"}}b{{end}}'],
      ['c', '{{define "c"}}root{{end}}'],
      ['c2', '{{define "c"}}clone{{end}}'],
      ['call', '{{template "a" 0}}'],
    ],
    data: null,
  },
  {
    name: 'files with data',
    files: [
      ['tmpl1.tmpl', 'template1\n{{define "x"}}x{{end}}\n{{template "y"}}\n'],
      ['tmpl2.tmpl', 'template2\n{{define "y"}}y{{end}}\n{{template "x"}}\n'],
      ['test', '{{template "tmpl1.tmpl"}}{{template "tmpl2.tmpl"}}'],
    ],
    data: 0,
  },
]

function one(name, text, data) {
  return { name, files: [['t', text]], data }
}
