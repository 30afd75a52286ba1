import { document, randomFrom, soup, value } from '../../yaml/generate.mjs'
import {
  DURATIONS,
  JSON_PARTS,
  JSON_WHOLE,
  TOML_KEYS,
  TOML_LINES,
  TOML_PARTS,
  TOML_VALUES,
  YAML_WHOLE,
} from './words.mjs'

/** A text of YAML, as a literal: whole documents of many sorts, generated ones and heaps of parts. */
export function yamlText(random) {
  const own = randomFrom(random.int(2 ** 31))
  return literal(
    random.weighted([
      [3, () => random.pick(YAML_WHOLE)],
      [1, () => `${random.pick(YAML_WHOLE)}\n${random.pick(YAML_WHOLE)}`],
      [2, () => document(own)],
      [1, () => soup(own)],
      [1, () => random.pick(JSON_WHOLE)],
    ])(),
  )
}

/** Data with texts that YAML has to quote, and numbers of all sizes, as a call that reads it. */
export function decodedData(random) {
  return `(${random.pick(['fromJson', 'fromJson', 'fromYaml', 'fromJsonArray'])} ${literal(JSON.stringify(value(randomFrom(random.int(2 ** 31)))))})`
}

/** A text of JSON, as a literal. */
export function jsonText(random) {
  return literal(
    random.weighted([
      [3, () => random.pick(JSON_WHOLE)],
      [2, () => damaged(random, random.pick(JSON_WHOLE), JSON_PARTS)],
      [2, () => json(random, 3)],
      [1, () => heap(random, JSON_PARTS, 8)],
      [0.5, () => random.pick(YAML_WHOLE)],
    ])(),
  )
}

function json(random, depth) {
  const kind = depth === 0 ? 0 : random.int(4)
  if (kind < 2) return random.pick(JSON_PARTS.slice(0, 24))
  const items = Array.from({ length: random.int(4) }, () => json(random, depth - 1))
  if (kind === 2) return `[${items.join(',')}]`
  return `{${items.map((item) => `"${random.pick('abAé'.split(''))}":${item}`).join(', ')}}`
}

/** A text of TOML, as a literal. */
export function tomlText(random) {
  return literal(
    random.weighted([
      [4, () => toml(random)],
      [3, () => damaged(random, toml(random), TOML_PARTS)],
      [2, () => `${random.pick(TOML_KEYS)} = ${tomlValue(random, 2)}`],
      [1, () => heap(random, TOML_PARTS, 10)],
      [1, () => Array.from({ length: 1 + random.int(3) }, () => random.pick(TOML_LINES)).join('\n')],
    ])(),
  )
}

function toml(random) {
  const line = () =>
    random.weighted([
      [4, () => `${path(random)} = ${tomlValue(random, 2)}`],
      [1, () => `[${path(random)}]`],
      [1, () => `[[${path(random)}]]`],
      [1, () => random.pick(TOML_LINES)],
    ])() + random.pick(['', '', '', ' # c', '\r', ' '])
  return Array.from({ length: 1 + random.int(5) }, line).join('\n')
}

function path(random) {
  return Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => random.pick(TOML_KEYS)).join(
    random.pick(['.', '.', ' . ']),
  )
}

function tomlValue(random, depth) {
  if (depth === 0 || random.chance(0.7)) return random.pick(TOML_VALUES)
  const items = Array.from({ length: random.int(4) }, () => tomlValue(random, depth - 1))
  const between = random.pick([', ', ',', ' ,\n', ', # c\n'])
  if (random.chance(0.5)) return `[${items.join(between)}${random.pick(['', '', ',', '\n'])}]`
  return `{${items.map((item) => `${path(random)} = ${item}`).join(between)}${random.pick(['', '', ',', '\n'])}}`
}

const TEMPLATES = [
  '{{.s}}',
  '{{.}}',
  '{{.missing}}|{{.missing.x}}',
  '{{ .m.a }}{{ $.s }}',
  '{{include "x" .}}',
  '{{include "gotpl" .}}',
  '{{include "t.tpl" 1}}',
  '{{define "z"}}<{{.}}>{{end}}{{include "z" 1}}{{template "z" 2}}',
  '{{define "x"}}other{{end}}{{include "x" .}}',
  '{{define "z"}}{{end}}',
  '{{define "gotpl"}}inner{{end}}outer',
  '{{define "gotpl"}}inner{{end}}',
  '  {{/* nothing */}} ',
  '{{template "x" .}}',
  '{{template "none"}}',
  '{{fail "stop"}}',
  '{{required "needed" .nil}}',
  '{{required "needed" .s}}',
  '{{tpl "{{.s}}" .}}',
  '{{tpl "{{fail \\"deep\\"}}" .}}',
  '{{tpl "{{" .}}',
  '{{tpl "{{define \\"q\\"}}Q{{end}}{{include \\"q\\" 1}}" .}}{{include "q" 1}}',
  '{{include "y" .}}',
  '{{include "none" .}}',
  '{{toYaml .m}}',
  '{{mustToYaml .fn}}',
  '{{mustToJson .c}}',
  '{{index .list 9}}',
  '{{ .s.x }}',
  '{{ nope }}',
  '{{if}}',
  '{{end}}',
  '{{ "unclosed }}',
  'plain text',
  '',
  '\n{{ . | toJson }}\n',
  '{{range .list}}{{.}},{{end}}',
  '{{with .nil}}x{{else}}<no value>{{end}}',
  '{{$x := .}}{{$x}}',
  '{{.Name}}',
  '{{printf "%T" .}}',
  '{{lookup "v1" "Pod" "" ""}}',
  '{{block "b" .}}B{{.}}{{end}}{{include "b" 2}}',
  '{{- "x" -}} \n y',
  '{{fail (printf "a\\nb: %v" .)}}',
  '{{mustToDuration "x"}}',
  'a: {{ .Values }}\nb: {{ .Values.x.y }}',
]

/** A text of a template, as a literal. */
export function templateText(random) {
  const one = () => random.pick(TEMPLATES)
  if (random.chance(0.2)) return literal(damaged(random, one(), ['{{', '}}', '"', '.', ' ', 'end', '\n', '(']))
  return literal(random.chance(0.3) ? `${one()}${random.pick(['', ' ', '\n'])}${one()}` : one())
}

/** The name of a template, mostly of one that is there. */
export function templateName(random) {
  return literal(random.pick(['x', 'x', 'y', 'w', 'z', 'gotpl', '', 'none', 'b', 'a', '%s', 'é"', 't']))
}

/** What a duration is read from. */
export function durationText(random) {
  return random.chance(0.7)
    ? literal(random.pick(DURATIONS))
    : random.pick(['.dur', '.fl', '.i64', '.u64', '.fbig', '.ibig'])
}

function heap(random, parts, most) {
  return Array.from({ length: random.int(most) }, () => random.pick(parts)).join('')
}

function damaged(random, text, parts) {
  const at = random.int(text.length + 1)
  const cut = random.int(3)
  return text.slice(0, at) + (random.chance(0.6) ? random.pick(parts) : '') + text.slice(at + cut)
}

/** Go's literal of a text; a raw one now and then. */
function literal(text) {
  return JSON.stringify(text.toWellFormed()).replace(/\u007f/g, '\\u007f')
}
