import { map, value } from './containers.mjs'
import { decodedData, jsonText, templateName, templateText, tomlText, yamlText } from './documents.mjs'
import { aimedCall, call, HELM, HELM_FUNCTIONS } from './functions.mjs'
import { probe } from './template.mjs'

const DEFINED = [
  '{{define "x"}}[{{.}}]{{end}}',
  '{{define "y"}}{{include "x" .}}{{include "w" .s}}{{end}}',
  '{{define "y"}}{{include "none" 1}}{{end}}',
  '{{define "y"}}{{fail "from y"}}{{end}}',
  '{{define "y"}}a\n{{ .s.x }}{{end}}',
  '{{define "z"}}{{.missing}}{{end}}',
  '{{define "w"}}{{tpl . 1}}{{end}}',
  '{{define "x"}}{{tpl "{{include \\"z\\" .}}" .}}{{end}}',
  '{{define "x"}}{{template "z" .}}{{end}}',
]
const WRITERS = ['toYaml', 'mustToYaml', 'toYamlPretty', 'toJson', 'mustToJson', 'toToml', 'mustToToml']
const TYPED = [
  '.fbig',
  '.ftiny',
  '.ibig',
  '.u64',
  '.bin',
  '(float64 1000000)',
  '123456.5',
  '(mulf 1234567 1.0)',
  '.rec',
  '.prec',
  '.nrec',
  '.chain',
  '.pint',
  '.npint',
  '.sem',
  '.time',
  '.dur',
  '.c',
  '.fnan',
  '.finf',
]
const SHOWN = [
  '',
  '',
  ' | toJson',
  ' | toYaml',
  ' | printf "%T %v"',
  ' | printf "%#v"',
  ' | toToml',
  ' | toYamlPretty',
  ' | len',
  '',
]
/** What the fields of a parsed time are shown with: its zone prints as an address. */
const TOML_SHOWN = ['', ' | toJson', ' | toYaml', ' | toToml', ' | toYamlPretty', ' | printf "%v"']

/** A template of Helm's own functions. */
export function helm(random) {
  return random.weighted([
    [20, () => withDefinitions(random, probe(random, aimedCall(random, HELM)))],
    [2, () => withDefinitions(random, probe(random, call(random, 2, random.pick(HELM_FUNCTIONS), HELM)))],
    [4, () => `{{ ${random.pick(WRITERS)} ${written(random)} }}`],
    [1, () => `{{ ${random.pick(['fromYaml', 'fromYamlArray'])} ${yamlText(random)}${random.pick(SHOWN)} }}`],
    [1, () => `{{ ${random.pick(['fromJson', 'fromJsonArray'])} ${jsonText(random)}${random.pick(SHOWN)} }}`],
    [2, () => `{{ fromToml ${tomlText(random)}${random.pick(TOML_SHOWN)} }}`],
    [
      2,
      () => withDefinitions(random, `{{ tpl ${templateText(random)} ${random.pick(['.', '.m', '.nil', '.s', '1'])} }}`),
    ],
    [
      1,
      () =>
        withDefinitions(
          random,
          `a{{ include ${templateName(random)} . }}\n{{ include ${templateName(random)} .s | indent 2 }}`,
        ),
    ],
    [0.03, () => `{{define "r"}}{{include "r" .}}{{end}}{{include "r" 1}}`],
    [0.03, () => `{{define "r"}}{{tpl "{{include \\"r\\" .}}" .}}{{end}}{{include "r" 1}}`],
  ])()
}

function withDefinitions(random, text) {
  if (!/\b(?:include|tpl|template)\b/.test(text) || random.chance(0.15)) return text
  const before = Array.from({ length: 1 + random.int(4) }, () => random.pick(DEFINED)).join(random.pick(['', '\n']))
  return random.chance(0.8) ? before + text : text + before
}

function written(random) {
  if (random.chance(0.35)) return decodedData(random)
  if (random.chance(0.35)) return random.pick(TYPED)
  if (random.chance(0.2)) return `(list ${random.pick(TYPED)} ${random.pick(TYPED)})`
  if (random.chance(0.2)) return `(dict "a" ${random.pick(TYPED)} "b" (dict "c" ${random.pick(TYPED)}))`
  return random.chance(0.7) ? map(random, 3) : value(random, 3)
}
