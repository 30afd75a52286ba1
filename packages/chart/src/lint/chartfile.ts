import { FunctionError, quote } from '@slipway/gotemplate'
import { compareVersions, parseVersion } from '@slipway/sprig'
import { load, parseDocuments } from '@slipway/yaml'
import { readMetadata } from '../decode/read.ts'
import type { Metadata } from '../metadata.ts'
import { isEmail, isRequestUrl, isUrl } from './address.ts'
import { kindIn, type LintContext } from './lint.ts'
import { problemOf } from './message.ts'
import { unknownField } from './strict.ts'

const FILE = 'Chart.yaml'

/** Chart.yaml: form, names, versions, addresses. */
export function lintChartfile(context: LintContext): void {
  const { report } = context
  const error = (text: string | undefined): boolean => report.check('ERROR', FILE, text)
  error(kindIn(context, FILE) === 'directory' ? 'should be a file, not a directory' : undefined)
  const text = context.read(FILE) ?? ''
  let metadata: Metadata | undefined
  const problem = problemOf(() => {
    metadata = readMetadata(text)
  })
  if (!error(problem === undefined ? undefined : `unable to parse YAML\n\t${problem}`) || metadata === undefined) return
  const isHelm3 = context.compat === 'helm3'
  if (!isHelm3) report.check('WARNING', FILE, strictProblem(text))
  const raw = load(text, { dialect: 'sigs' })
  error(nameProblem(metadata))
  error(apiVersionProblem(metadata))
  error(typeProblem(raw, 'version'))
  error(versionProblem(metadata.version))
  error(typeProblem(raw, 'appVersion'))
  error(maintainerProblem(metadata))
  error(sourceProblem(metadata))
  report.check('INFO', FILE, metadata.icon === '' ? 'icon is recommended' : undefined)
  const { icon } = metadata
  error(icon !== '' && !isRequestUrl(icon) ? `invalid icon URL '${icon}'` : undefined)
  error(chartTypeProblem(metadata))
  error(dependenciesProblem(metadata))
  const isStrict = isHelm3 || STRICT.test(metadata.version)
  report.check('WARNING', FILE, isStrict ? undefined : `version '${metadata.version}' is not a valid SemVerV2`)
}

const NUMBER = '(?:0|[1-9][0-9]*)'
const IDENTIFIER = '(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)'
const STRICT = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${IDENTIFIER}(?:\\.${IDENTIFIER})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
)

function strictProblem(text: string): string | undefined {
  const prefix = 'failed to strictly parse chart metadata file\n\t'
  const { diagnostics } = parseDocuments(text, { dialect: 'kyaml' })
  const twice = diagnostics.find((each) => each.code === 'YAML_DUPLICATE_KEY')
  if (twice !== undefined) {
    const key = /^key ("(?:[^"\\]|\\.)*")/.exec(twice.message)?.[1] ?? '""'
    const line = twice.range?.start.line ?? 0
    const list = `yaml: unmarshal errors:\n  line ${line}: key ${key} already set in map`
    return `${prefix}error converting YAML to JSON: ${list}`
  }
  const unknown = unknownField(load(text, { dialect: 'sigs' }))
  return unknown === undefined
    ? undefined
    : `${prefix}error unmarshaling JSON: while decoding JSON: json: unknown field ${quote(unknown)}`
}

function nameProblem({ name }: Metadata): string | undefined {
  if (name === '') return 'name is required'
  return name.includes('/') ? `chart name ${quote(name)} is invalid` : undefined
}

function apiVersionProblem({ apiVersion }: Metadata): string | undefined {
  const expected = 'The value must be either "v1" or "v2"'
  if (apiVersion === '') return `apiVersion is required. ${expected}`
  return apiVersion === 'v1' || apiVersion === 'v2' ? undefined : `apiVersion '${apiVersion}' is not valid. ${expected}`
}

function typeProblem(raw: unknown, key: string): string | undefined {
  if (typeof raw !== 'object' || raw === null || !Object.hasOwn(raw, key)) return undefined
  const value = (raw as Record<string, unknown>)[key]
  if (typeof value === 'string') return undefined
  return `${key} should be of type string but it's of type ${goType(value)}`
}

function goType(value: unknown): string {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'object' ? 'map[string]interface {}' : 'float64'
}

function versionProblem(version: string): string | undefined {
  if (version === '') return 'version is required'
  try {
    const parsed = parseVersion(version)
    if (compareVersions(parsed, parseVersion('0.0.0-0')) > 0) return undefined
    return `version ${version} is less than or equal to 0.0.0-0`
  } catch (error) {
    if (error instanceof FunctionError) return `version '${version}' is not a valid SemVer`
    throw error
  }
}

function maintainerProblem({ maintainers }: Metadata): string | undefined {
  for (const maintainer of maintainers ?? []) {
    if (maintainer === null) return 'a maintainer entry is empty'
    const { name, email, url } = maintainer
    if (name === '') return 'each maintainer requires a name'
    if (email !== '' && !isEmail(email)) return `invalid email '${email}' for maintainer '${name}'`
    if (url !== '' && !isUrl(url)) return `invalid url '${url}' for maintainer '${name}'`
  }
  return undefined
}

function sourceProblem({ sources }: Metadata): string | undefined {
  const bad = sources?.find((source) => source === '' || !isRequestUrl(source))
  return bad === undefined ? undefined : `invalid source URL '${bad}'`
}

function chartTypeProblem({ type, apiVersion }: Metadata): string | undefined {
  if (type === '' || apiVersion === 'v2') return undefined
  return `chart type is not valid in apiVersion '${apiVersion}'. It is valid in apiVersion 'v2'`
}

function dependenciesProblem({ dependencies, apiVersion }: Metadata): string | undefined {
  if ((dependencies ?? []).length === 0 || apiVersion === 'v2') return undefined
  return `dependencies are not valid in the Chart file with apiVersion '${apiVersion}'. They are valid in apiVersion 'v2'`
}
