import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { ChartError, type Compat, lintChart, type LintMessage, parseKubeVersion } from '@slipway/chart'
import { directoryTree, nodeEnvironment, nodeUnpack } from '@slipway/chart/node'
import { LINT_FLAGS } from '../flag-sets.ts'
import { type ParsedFlags, parseFlags } from '../flags.ts'
import { HelmError, type HelmIo } from '../io.ts'
import { warningLine } from '../logs.ts'
import { namespaceOf } from '../settings.ts'
import { atLeast } from '../usage.ts'
import { pathOf, valuesOf } from '../values.ts'

const USAGE = { path: 'helm lint', line: 'helm lint PATH [flags]' }

/** `helm lint`. */
export async function runLint(args: readonly string[], io: HelmIo): Promise<void> {
  const flags = parseFlags(args, LINT_FLAGS)
  atLeast(USAGE, 1, flags.positional)
  const kube = flags.text('kube-version')
  if (kube !== '') checkKube(kube)
  const nested = flags.on('with-subcharts') ? flags.positional.flatMap((path) => subcharts(path, io)) : []
  const paths = [...flags.positional, ...nested]
  const values = await valuesOf(flags, io)
  const results = paths.map((path) => lintOne(path, { flags, io, values }))
  report(results, { flags, io })
}

interface LintResult {
  readonly path: string
  readonly messages: readonly LintMessage[]
  readonly error: string | undefined
  readonly failed: boolean
}

function checkKube(version: string): void {
  try {
    parseKubeVersion(version)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new HelmError(`invalid kube version '${version}': ${reason}`, { cause: error })
  }
}

/** Charts under `charts/`, in the order of a walk. */
function subcharts(path: string, io: HelmIo): string[] {
  const found: string[] = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(pathOf(folder, io), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const each = `${folder}/${entry.name}`
      if (entry.name === 'Chart.yaml') found.push(folder)
      else if (entry.isDirectory()) walk(each)
      else if (/\.(?:tgz|tar\.gz)$/.test(each)) found.push(each)
    }
  }
  try {
    walk(join(path, 'charts'))
  } catch {
    return found
  }
  return found
}

function lintOne(
  path: string,
  of: { flags: ParsedFlags; io: HelmIo; values: Awaited<ReturnType<typeof valuesOf>> },
): LintResult {
  const { flags, io, values } = of
  try {
    const root = chartRoot(path, io)
    const kube = flags.text('kube-version')
    const messages = lintChart({
      tree: directoryTree(root),
      path: '',
      label: normalize(pathOf(path, io)).replace(/\/$/, ''),
      environment: nodeEnvironment(),
      unpack: nodeUnpack,
      values,
      namespace: namespaceOf(flags, io),
      ...(kube === '' ? {} : { kubeVersion: kube }),
      skipSchema: flags.on('skip-schema-validation'),
      ...(io.compat && { compat: io.compat }),
      onWarning: (line) => io.stderr.write(warningLine(line, io.compat)),
    })
    const fails = (each: LintMessage): boolean =>
      each.severity === 'ERROR' || (flags.on('strict') && each.severity === 'WARNING')
    return { path, messages, error: undefined, failed: messages.some(fails) }
  } catch (error) {
    return { path, messages: [], error: error instanceof Error ? error.message : String(error), failed: true }
  }
}

/** The folder of a chart; archives are unpacked first. */
function chartRoot(path: string, io: HelmIo): string {
  const full = pathOf(path, io)
  if (/\.(?:tgz|tar\.gz)$/.test(path)) return unpacked(full, path, io)
  try {
    readFileSync(join(full, 'Chart.yaml'))
    return realpathSync(full)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return realpathSync(full)
    const shown = join(path, 'Chart.yaml')
    const reason = `stat ${shown}: no such file or directory`
    throw new HelmError(`unable to check Chart.yaml file in chart: ${reason}`, { cause: error })
  }
}

function unpacked(full: string, path: string, { compat }: HelmIo): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-lint-'))
  let data: Uint8Array
  try {
    data = readFileSync(full)
  } catch (error) {
    throw new HelmError(`unable to open tarball: open ${path}: no such file or directory`, { cause: error })
  }
  for (const file of extracted(data, compat)) {
    const target = join(folder, file.name)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, file.data)
  }
  return folder
}

function extracted(data: Uint8Array, compat: Compat | undefined): ReturnType<typeof nodeUnpack> {
  try {
    return nodeUnpack(data, compat)
  } catch (error) {
    if (!(error instanceof ChartError)) throw error
    throw new HelmError(`unable to extract tarball: ${error.message}`, { cause: error })
  }
}

function report(results: readonly LintResult[], of: { flags: ParsedFlags; io: HelmIo }): void {
  const quiet = of.flags.on('quiet')
  const isNoted = (each: LintResult): boolean =>
    each.failed || each.messages.some((message) => message.severity !== 'INFO')
  for (const result of results) if (!quiet || isNoted(result)) of.io.stdout.write(sectionOf(result, quiet))
  const failed = results.filter((each) => each.failed).length
  const summary = `${results.length} chart(s) linted, ${failed} chart(s) failed`
  if (failed > 0) throw new HelmError(summary)
  if (!quiet || results.some(isNoted)) of.io.stdout.write(`${summary}\n`)
}

function sectionOf(result: LintResult, quiet: boolean): string {
  const lines = [`==> Linting ${result.path}`]
  if (result.error !== undefined) lines.push(`Error ${result.error}`)
  for (const { severity, path, text } of result.messages) {
    if (!quiet || severity !== 'INFO') lines.push(`[${severity}] ${path}: ${text}`)
  }
  return `${lines.join('\n')}\n\n`
}
