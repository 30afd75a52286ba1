import { bare, FunctionError, type GoMap, toJs, typeName, type Value, untag, utf8 } from '@slipway/gotemplate'
import { decodeJson } from '@slipway/sprig'
import type { Chart } from '../chart.ts'
import { ChartError } from '../errors.ts'
import { plainData } from '../functions/plain.ts'
import { isNull, tableOf } from '../values/table.ts'
import { formatFailure } from './failure.ts'
import { schemaFaults } from './metaschema.ts'
import { brokenReference, NOT_FETCHED } from './references.ts'
import { Resolver } from './resolve.ts'
import { nothing, validate } from './validate.ts'
import type { Json } from './values.ts'

/** Checks the values of a chart and its dependencies against their schemas. Throws `CHART_SCHEMA` with all that does not fit. */
export function checkSchemas(chart: Chart, values: GoMap): void {
  const problems = problemsOf(chart, values)
  if (problems === '') return
  throw new ChartError(
    'CHART_SCHEMA',
    `values don't meet the specifications of the schema(s) in the following chart(s):\n${problems}`,
    { hint: hintFor(problems) },
  )
}

function hintFor(problems: string): string {
  if (!problems.includes(NOT_FETCHED)) return 'Correct the values that are named, or values.schema.json.'
  const skip = '--skip-schema-validation, or helm.skipSchemaValidation of an Application, goes without'
  return `Write that schema into values.schema.json; ${skip}.`
}

function problemsOf(chart: Chart, values: GoMap): string {
  let text = ''
  if (chart.schema !== undefined) {
    const problem = schemaProblem(chart.schema, values)
    if (problem !== '') text += `${chart.name}:\n${problem}`
  }
  for (const child of chart.dependencies) text += childProblems(child, values.entries.get(child.name))
  return text
}

function childProblems(child: Chart, value: Value): string {
  if (isNull(value)) return ''
  const table = tableOf(value)
  if (table !== undefined) return problemsOf(child, table)
  return `${child.name}:\ninvalid type for values: expected object (map), got ${typeName(untag(value))}\n`
}

const resolvers = new WeakMap<Uint8Array, { schema: Json; resolver: Resolver; broken: string }>()

/** What values do not meet of one schema, one a line; an empty text when they do. */
export function schemaProblem(data: Uint8Array, values: GoMap): string {
  let known = resolvers.get(data)
  if (known === undefined) {
    const read = readSchema(data)
    if (typeof read === 'string') return read
    const resolver = new Resolver(read.schema)
    known = { schema: read.schema, resolver, broken: brokenSchema(read.schema, resolver) }
    resolvers.set(data, known)
  }
  const { schema, resolver, broken } = known
  if (broken !== '') return `${broken}\n`
  const failed = validate(plainData(bare(values)) as Json, schema, { at: [], resolver, evaluated: nothing(), open: [] })
  return failed === undefined ? '' : `${formatFailure(failed)}\n`
}

function brokenSchema(schema: Json, resolver: Resolver): string {
  const faults = resolver.unknownDraft === undefined ? schemaFaults(schema, resolver.draft) : ''
  return faults === '' ? brokenReference(schema, resolver) : faults
}

/** The schema, or what is wrong with its text. */
function readSchema(data: Uint8Array): { schema: Json } | string {
  try {
    return { schema: plainJson(toJs(decodeJson(utf8.decodeBytes(data)))) }
  } catch (error) {
    // Helm reads the schema as a stream.
    if (error instanceof FunctionError) return error.message.replace('unexpected end of JSON input', 'unexpected EOF')
    throw error
  }
}

/** Maps of the decoder as objects without prototype. */
function plainJson(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plainJson)
  if (!(value instanceof Map)) return value as Json
  const out = Object.create(null) as Record<string, Json>
  for (const [key, item] of value as Map<string, unknown>) out[key] = plainJson(item)
  return out
}
