import { statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '@slipway/diag'
import {
  type BuildOptions,
  type BuildResult,
  KustomizeError,
  buildKustomization,
  parseRepoSpec,
  renderObjects,
} from '@slipway/kustomize'
import { diskTree } from './disk-tree.ts'
import { openFetcher } from './fetcher.ts'
import { BUILD_HELP } from './build-help.ts'
import { type BuildFlags, FlagError, flagOn, flagText, parseFlags } from './flags.ts'
import { functionRunner } from './function-runner.ts'
import { individualFiles } from './individual-files.ts'
import type { KustomizeIo } from './run.ts'

/** `kustomize build`: writes the text to the standard output or to a file, and warnings to the standard error. */
export async function runBuild(args: readonly string[], io: KustomizeIo): Promise<number> {
  const flags = parseFlags(args)
  if (flagOn(flags, 'help')) {
    io.stdout.write(BUILD_HELP)
    return 0
  }
  noteDeprecated(flags, io)
  const result = await buildFrom(flags, io)
  for (const warning of result.warnings) io.stderr.write(`${warning}\n`)
  for (const line of result.logs) io.stderr.write(`${stamp(io.now())} ${line}\n`)
  writeOut(result, flagText(flags, 'output'), io)
  return 0
}

function noteDeprecated(flags: BuildFlags, { stderr }: KustomizeIo): void {
  if (flags.values.has('reorder')) {
    stderr.write("Flag --reorder has been deprecated, use the new 'sortOptions' field in kustomization.yaml instead.\n")
  }
  if (flags.values.has('enable-managedby-label')) {
    const instead = 'Use the `managedByLabel` option in the `buildMetadata` field instead.'
    stderr.write(
      `Flag --enable-managedby-label has been deprecated, The flag \`enable-managedby-label\` has been deprecated. ${instead}\n`,
    )
  }
}

function optionsOf(flags: BuildFlags, io: KustomizeIo): BuildOptions {
  if (flags.paths.length > 1) throw new FlagError('specify one path to kustomization.yaml')
  const restrictor = flagText(flags, 'load-restrictor') ?? 'LoadRestrictionsRootOnly'
  if (!['LoadRestrictionsRootOnly', 'LoadRestrictionsNone'].includes(restrictor)) {
    throw new FlagError(
      `illegal flag value --load-restrictor ${restrictor}; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]`,
    )
  }
  const reorder = flagText(flags, 'reorder')
  if (reorder !== undefined && reorder !== 'legacy' && reorder !== 'none') {
    throw new FlagError(`illegal flag value --reorder ${reorder}; legal values: [legacy none]`)
  }
  return {
    prefix: '/',
    unrestricted: restrictor === 'LoadRestrictionsNone',
    helm: flagOn(flags, 'enable-helm') || flagOn(flags, 'enable-alpha-plugins'),
    managedBy: flagOn(flags, 'enable-managedby-label'),
    ...(reorder === undefined ? {} : { reorder }),
    plugins: flagOn(flags, 'enable-alpha-plugins'),
    ...(flagOn(flags, 'enable-exec') ? { runFunction: functionRunner(io.env) } : {}),
  }
}

async function buildFrom(flags: BuildFlags, io: KustomizeIo): Promise<BuildResult> {
  const options = { ...optionsOf(flags, io), ...(await chartOption(flags)) }
  const target = flags.paths[0] ?? '.'
  const isUrl = !target.startsWith('/') && parseRepoSpec(target) !== undefined
  const path = resolve(io.cwd, target)
  const fetcher = openFetcher(io.env)
  try {
    return buildKustomization(diskTree(), isUrl ? target : path.slice(1), { ...options, fetcher })
  } catch (error) {
    // What cannot be built at all is named as it was given.
    const isTarget = error instanceof KustomizeError && error.message.startsWith('must build at directory: ')
    throw isTarget ? new FlagError(error.message.replace(`'${path}'`, `'${target}'`)) : error
  } finally {
    fetcher.close()
  }
}

// Charts are rare, and their renderer is large: it is loaded where it is asked for.
async function chartOption(flags: BuildFlags): Promise<Pick<BuildOptions, 'renderChart'>> {
  if (!flagOn(flags, 'enable-helm') && !flagOn(flags, 'enable-alpha-plugins')) return {}
  const { chartRenderer } = await import('./chart-renderer.ts')
  const cluster = {
    kubeVersion: flagText(flags, 'helm-kube-version'),
    apiVersions: flags.values.get('helm-api-versions') ?? [],
  }
  return { renderChart: chartRenderer(cluster) }
}

function writeOut(result: BuildResult, output: string | undefined, io: KustomizeIo): void {
  if (output === undefined || output === '') {
    io.stdout.write(renderObjects(result.objects))
    return
  }
  const path = resolve(io.cwd, output)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    for (const { name, text } of individualFiles(result.objects)) writeFileSync(resolve(path, name), text)
    return
  }
  try {
    writeFileSync(path, renderObjects(result.objects))
  } catch (error) {
    throw new FlagError(`open ${output}: ${reasonOf(error)}`)
  }
}

// What the system says without its code and the path.
function reasonOf(error: unknown): string {
  const message = messageOf(error)
  return /^[A-Z]+: (.+?), /.exec(message)?.[1] ?? message
}

// Go's log package: local time, as `2006/01/02 15:04:05`.
function stamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${now.getFullYear()}/${two(now.getMonth() + 1)}/${two(now.getDate())}`
  return `${day} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`
}
