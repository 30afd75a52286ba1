import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  type Chart,
  ChartError,
  type ChartRender,
  compilePattern,
  demandDependencies,
  type Lookup,
  parseKubeVersion,
  type Rendered,
  renderChart,
  splitDocuments,
} from '@slipway/chart'
import { nodeEnvironment } from '@slipway/chart/node'
import { type HelmCluster, openCluster } from '../cluster.ts'
import { TEMPLATE_FLAGS } from '../flag-sets.ts'
import { type ParsedFlags, parseFlags } from '../flags.ts'
import { HelmError, type HelmIo, logLine } from '../io.ts'
import { loadLocal } from '../load.ts'
import { locateChart } from '../locate.ts'
import { warningLine } from '../logs.ts'
import { withLookups } from '../lookups.ts'
import { nameAndChart } from '../names.ts'
import { namespaceOf } from '../settings.ts'
import { atLeast } from '../usage.ts'
import { pathOf, valuesOf } from '../values.ts'

const USAGE = { path: 'helm template', line: 'helm template [NAME] [CHART] [flags]' }

const EXAMPLES = `Examples:
  helm template shop deploy/chart --values deploy/environments/staging/values.yaml
  helm template shop deploy/chart --set replicas=2 --show-only templates/deployment.yaml
`

/** `helm template`. */
export async function runTemplate(args: readonly string[], io: HelmIo): Promise<void> {
  const flags = parseFlags(args, TEMPLATE_FLAGS)
  for (const line of flags.deprecated) io.stderr.write(line)
  if (flags.on('help')) return void io.stdout.write(`Usage:\n  ${USAGE.line}\n\n${EXAMPLES}`)
  atLeast(USAGE, 1, flags.positional)
  checkKubeVersion(flags)
  checkDryRun(flags)
  const { name, chart: reference } = nameAndChart(flags)
  const path = await locateChart(reference, { flags, io })
  const values = await valuesOf(flags, io)
  const chart = loadLocal(path, io)
  checkInstallable(chart, io)
  demandDependencies(chart, io.compat)
  checkReleaseName(name, io)
  const session = { flags, io, name, outputs: [] as readonly Rendered[] }
  const cluster = asksServer(flags) ? await openCluster(flags, io) : undefined
  const result =
    cluster === undefined
      ? render(chart, values, session)
      : await withLookups(cluster, (lookup) => render(chart, values, { ...session, cluster, lookup }))
  write(result, session)
  if (result instanceof Error) throw result
}

/** `--dry-run=server`, which was `--validate`. */
function asksServer(flags: ParsedFlags): boolean {
  return flags.text('dry-run') === 'server' || flags.on('validate')
}

interface Session {
  readonly cluster?: HelmCluster
  readonly lookup?: Lookup
  readonly flags: ParsedFlags
  readonly io: HelmIo
  readonly name: string
  outputs: readonly Rendered[]
}

function checkKubeVersion(flags: ParsedFlags): void {
  const version = flags.text('kube-version')
  if (version === '') return
  try {
    parseKubeVersion(version)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new HelmError(`invalid kube version '${version}': ${reason}`, { cause: error })
  }
}

const DRY_RUNS = new Set(['', 'client', 'server', 'none', 'unset', 'true', 'false'])

function checkDryRun(flags: ParsedFlags): void {
  if (flags.has('validate') && flags.has('dry-run')) {
    const group = '[validate dry-run]'
    throw new HelmError(
      `if any flags in the group ${group} are set none of the others can be; [dry-run validate] were all set`,
    )
  }
  const mode = flags.text('dry-run')
  if (!DRY_RUNS.has(mode)) {
    throw new HelmError(`invalid dry-run flag value ("${mode}")`)
  }
}

function checkInstallable(chart: Chart, io: HelmIo): void {
  const { type, deprecated } = chart.metadata
  if (type !== '' && type !== 'application') throw new HelmError(`${type} charts are not installable`)
  if (deprecated) io.stderr.write(logLine('WARN', 'this chart is deprecated'))
}

const NAME = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'

function checkReleaseName(name: string, io: HelmIo): void {
  const isValid = new RegExp(NAME).test(name) && name.length <= 53
  if (isValid) return
  const rule =
    name === ''
      ? 'no name provided'
      : `invalid release name, must match regex ${NAME} and the length must not be longer than 53`
  const reason = `release name ${JSON.stringify(name)}: ${rule}`
  io.stderr.write(logLine('ERROR', 'release name check failed', { error: reason }))
  throw new HelmError(`release name check failed: ${reason}`)
}

/** The rendering, or with `--debug` the error after which there still is something to show. */
function render(chart: Chart, values: Awaited<ReturnType<typeof valuesOf>>, session: Session): ChartRender | HelmError {
  const { flags, io, name, cluster, lookup } = session
  const kube = flags.text('kube-version') || (cluster?.kubeVersion ?? '')
  const apis = cluster === undefined ? {} : { apiVersions: cluster.apiVersions }
  try {
    return renderChart({
      chart,
      values,
      release: { name, namespace: namespaceOf(flags, io), isUpgrade: flags.on('is-upgrade') },
      environment: nodeEnvironment(io.env['TZ'] === undefined || io.env['TZ'] === '' ? {} : { timeZone: io.env['TZ'] }),
      capabilities: {
        ...(kube === '' ? {} : { kubeVersion: kube }),
        ...apis,
        extraApiVersions: flags.list('api-versions'),
      },
      ...(lookup === undefined ? {} : { lookup }),
      skipSchema: flags.on('skip-schema-validation'),
      compat: io.compat ?? 'helm4',
      onWarning: (line) => io.stderr.write(warningLine(line, io.compat)),
      onOutputs: (outputs) => {
        session.outputs = outputs
      },
    })
  } catch (error) {
    if (!(error instanceof ChartError)) throw error
    return failed(error, session)
  }
}

/** Errors behind the check of the values come with a release that can be shown. */
const SHOWABLE = new Set<string>(['CHART_TEMPLATE', 'CHART_MANIFEST', 'CHART_LIMIT', 'CHART_KUBE_VERSION'])

function failed(error: ChartError, { flags, io }: Session): HelmError {
  const dependencies = 'chart dependencies processing failed'
  if (error.message.startsWith(`${dependencies}: `)) {
    io.stderr.write(logLine('ERROR', dependencies, { error: error.message.slice(dependencies.length + 2) }))
  }
  if (!SHOWABLE.has(error.code)) throw new HelmError(error.message, { cause: error })
  if (flags.on('debug')) return new HelmError(error.message, { cause: error })
  throw new HelmError(`${error.message}\n\nUse --debug flag to render out invalid YAML`, { cause: error })
}

function write(result: ChartRender | HelmError, session: Session): void {
  const { flags, io } = session
  const text = result instanceof HelmError ? rawText(session) : manifestsText(result, session)
  const wanted = flags.list('show-only')
  if (wanted.length === 0) return void io.stdout.write(text)
  for (const document of shown(text, wanted, result)) io.stdout.write(`---\n${document}\n`)
}

/** What templates printed, for `--debug` when it is no YAML. */
function rawText({ outputs }: Session): string {
  const parts = outputs
    .filter(({ name, text }) => !name.endsWith('NOTES.txt') && text.trim() !== '')
    .map(({ name, text }) => `---\n# Source: ${name}\n${text}\n`)
  return `${parts.join('').trim()}\n`
}

function manifestsText(render: ChartRender, session: Session): string {
  const { flags } = session
  const isTo = flags.text('output-dir') !== ''
  const parts: string[] = []
  const written = new Set<string>()
  const add = (source: string, text: string, isHook: boolean): void => {
    if (isTo) writeFile(session, { source, text, written, usesName: isHook || !source.includes('/crds/') })
    else parts.push(`---\n# Source: ${source}\n${text}\n`)
  }
  if (flags.on('include-crds')) for (const { source, text } of render.crds) add(source, text, false)
  for (const { source, text } of render.manifests) add(source, text, false)
  const main = `${parts.splice(0).join('').trim()}\n`
  if (!flags.on('no-hooks')) {
    for (const hook of render.hooks) {
      if (!flags.on('skip-tests') || !hook.events.includes('test')) add(hook.source, hook.text, true)
    }
  }
  return main + parts.join('')
}

function writeFile(
  { flags, io, name }: Session,
  of: { source: string; text: string; written: Set<string>; usesName: boolean },
): void {
  const base = flags.text('output-dir')
  const folder = of.usesName && flags.on('release-name') ? join(base, name) : base
  const shown = `${folder}/${of.source}`
  const path = pathOf(shown, io)
  mkdirSync(dirname(path), { recursive: true })
  const text = `---\n# Source: ${of.source}\n${of.text}\n`
  if (of.written.has(of.source) && existsSync(path)) appendFileSync(path, text)
  else writeFileSync(path, text)
  of.written.add(of.source)
  io.stdout.write(`wrote ${shown}\n`)
}

function shown(text: string, patterns: readonly string[], result: ChartRender | HelmError): string[] {
  const documents = splitDocuments(text).map((part) => part.text)
  return patterns.flatMap((pattern) => {
    const matches = compilePattern(pattern)
    const found = documents.filter((document) => {
      const source = /# Source: [^/]+\/(.+)/.exec(document)?.[1]
      return source !== undefined && matches(source)
    })
    if (found.length > 0) return found
    if (result instanceof HelmError) throw result
    throw new HelmError(`could not find template ${pattern} in chart`)
  })
}
