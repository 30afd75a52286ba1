import { ObjectsError } from './errors.ts'

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>>

/** One requirement of a label selector. */
export interface LabelRequirement {
  readonly key: string
  readonly operator: 'in' | 'notin' | 'exists' | '!' | '=' | '!=' | 'gt' | 'lt'
  readonly values: readonly string[]
}

/** A label selector, ready to match. */
export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[]
  matches(labels: Labels): boolean
}

/** One requirement of a field selector. */
export interface FieldRequirement {
  readonly field: string
  readonly operator: '=' | '!='
  readonly value: string
}

/** A field selector, ready to match. */
export interface FieldSelector {
  readonly requirements: readonly FieldRequirement[]
  matches(fields: Readonly<Record<string, string>>): boolean
}

/** `meta/v1.LabelSelector`, as specs hold it. */
export interface LabelSelectorSpec {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

const EXPRESSION = /^\s*(?:(!)\s*)?([^\s!=<>,()]+)\s*(?:(in|notin)\s*\(([^)]*)\)|(==|=|!=|>|<)\s*([^\s,]*))?\s*$/

/**
 * Parses the string form: `a=b,c!=d,e in (f,g),h,!i`. '' selects everything. Source: k8s.io/apimachinery/pkg/labels/selector.go.
 *
 * @throws ObjectsError `BAD_SELECTOR`
 */
export function parseLabelSelector(text: string): LabelSelector {
  if (text.trim() === '') return selector([])
  const terms = splitOutsideParentheses(text)
  const missing = terms.findIndex((term) => term.trim() === '')
  if (missing >= 0) throw new ObjectsError('BAD_SELECTOR', missingTerm(missing, missing === terms.length - 1))
  return selector(terms.map(parseRequirement))
}

function missingTerm(index: number, isLast: boolean): string {
  if (index === 0) return "found ',', expected: !, identifier, or 'end of string'"
  return `found '${isLast ? '' : ','}', expected: identifier after ','`
}

/** The selector that a spec's `selector` field stands for; nothing at all for undefined, everything for an empty one. */
export function toLabelSelector(spec: LabelSelectorSpec | undefined): LabelSelector {
  if (spec === undefined) return { requirements: [], matches: () => false }
  const labels = Object.entries(spec.matchLabels ?? {}).map(
    ([key, value]): LabelRequirement => ({ key, operator: '=', values: [value] }),
  )
  return selector([...labels, ...(spec.matchExpressions ?? []).map(toRequirement)])
}

/** The string form of a selector, keys in order, as `status.selector` and tables show it. */
export function formatLabelSelector(spec: LabelSelectorSpec | undefined): string {
  if (spec === undefined) return '<none>'
  const { requirements } = toLabelSelector(spec)
  if (requirements.length === 0) return '<none>'
  return [...requirements]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(formatRequirement)
    .join(',')
}

/**
 * Parses a field selector: `metadata.name=a,status.phase!=Running`.
 *
 * @throws ObjectsError `BAD_SELECTOR`
 */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements = text
    .split(/(?<!\\),/)
    .filter((part) => part !== '')
    .map(parseField)
  return {
    requirements,
    matches: (fields) =>
      requirements.every(({ field, operator, value }) => ((fields[field] ?? '') === value) === (operator === '=')),
  }
}

function selector(requirements: readonly LabelRequirement[]): LabelSelector {
  return { requirements, matches: (labels) => requirements.every((requirement) => meets(labels, requirement)) }
}

function meets(labels: Labels, { key, operator, values }: LabelRequirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case 'in':
    case '=':
      return value !== undefined && values.includes(value)
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value)
    case 'gt':
      return value !== undefined && /^-?\d+$/.test(value) && BigInt(value) > BigInt(values[0] ?? 0)
    case 'lt':
      return value !== undefined && /^-?\d+$/.test(value) && BigInt(value) < BigInt(values[0] ?? 0)
  }
}

const OPERATORS: Readonly<Record<string, LabelRequirement['operator']>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
}
const SPEC_OPERATORS: Readonly<Record<string, LabelRequirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
}

function parseRequirement(text: string): LabelRequirement {
  const match = EXPRESSION.exec(text)
  const [, not, key = '', set, members = '', operator = '', value = ''] = match ?? []
  if (match === null || (not !== undefined && (set !== undefined || operator !== ''))) {
    throw new ObjectsError(
      'BAD_SELECTOR',
      `unable to parse requirement: found '${text.trim()}', expected: a label key with an operator`,
      { hint: 'write it as key=value, key!=value, key in (a,b), key notin (a,b), key or !key' },
    )
  }
  assertKey(key)
  if (not !== undefined) return { key, operator: '!', values: [] }
  if (set === 'in' || set === 'notin')
    return { key, operator: set, values: members.split(',').map((member) => assertValue(key, member.trim())) }
  if (operator === '') return { key, operator: 'exists', values: [] }
  return { key, operator: OPERATORS[operator] ?? '=', values: [assertValue(key, value)] }
}

function toRequirement(expression: { key: string; operator: string; values?: readonly string[] }): LabelRequirement {
  const operator = SPEC_OPERATORS[expression.operator]
  if (operator === undefined)
    throw new ObjectsError('BAD_SELECTOR', `"${expression.operator}" is not a valid label selector operator`)
  return { key: expression.key, operator, values: expression.values ?? [] }
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  if (operator === 'exists') return key
  if (operator === '!') return `!${key}`
  if (operator === 'in' || operator === 'notin') return `${key} ${operator} (${[...values].sort().join(',')})`
  return `${key}${operator === 'gt' ? '>' : operator === 'lt' ? '<' : operator}${values[0] ?? ''}`
}

function splitOutsideParentheses(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++
    else if (text[at] === ')') depth--
    else if (text[at] === ',' && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

function parseField(text: string): FieldRequirement {
  const match = /^(.*?)(==|!=|=)(.*)$/.exec(text)
  if (match === null) throw new ObjectsError('BAD_SELECTOR', `invalid selector: '${text}'; can't understand '${text}'`)
  const [, field = '', operator, value = ''] = match
  return { field, operator: operator === '!=' ? '!=' : '=', value: value.replace(/\\([\\,=])/g, '$1') }
}

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

function assertKey(key: string): void {
  const name = key.slice(key.indexOf('/') + 1)
  if (name.length <= 63 && NAME.test(name)) return
  const rule =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used " +
    "for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
  throw new ObjectsError('BAD_SELECTOR', `unable to parse requirement: <nil>: Invalid value: "${key}": ${rule}`)
}

function assertValue(key: string, value: string): string {
  if (value === '' || (value.length <= 63 && NAME.test(value))) return value
  const rule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or " +
    "'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
  throw new ObjectsError(
    'BAD_SELECTOR',
    `unable to parse requirement: values[0][${key}]: Invalid value: "${value}": ${rule}`,
  )
}
