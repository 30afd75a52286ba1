import { existsSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { ParsedFlags } from './flags.ts'
import { HelmError, type HelmIo } from './io.ts'
import { pullChart } from './registry.ts'
import { chartInIndex, findRepository, readIndex } from './repositories.ts'
import { repositoryPaths } from './settings.ts'
import { download } from './download.ts'
import { pathOf } from './values.ts'

/** What locating needs. */
export interface LocateContext {
  readonly flags: ParsedFlags
  readonly io: HelmIo
}

/** The folder or archive that a chart reference means (ChartPathOptions.LocateChart); archives of repositories are fetched. */
export async function locateChart(reference: string, context: LocateContext): Promise<string> {
  const { flags, io } = context
  const name = reference.trim()
  const repo = flags.text('repo')
  if (repo === '') {
    if (existsSync(pathOf(name, io))) return verified(pathOf(name, io), flags)
    if (isAbsolute(name) || name.startsWith('.')) throw new HelmError(`path ${JSON.stringify(name)} not found`)
  }
  refuseToVerify(flags)
  if (name.startsWith('oci://')) return stored(await pullChart(name, flags.text('version'), context))
  const url = repo === '' ? urlOf(name, context) : await urlInRepo(repo, name, context)
  return fetchArchive(url)
}

/** Says what Helm says of charts that cannot be verified; of others that their signatures are not checked here. */
function verified(path: string, flags: ParsedFlags): string {
  if (!flags.on('verify')) return path
  if (statSync(path).isDirectory()) throw new HelmError('unpacked charts cannot be verified')
  if (!/\.(?:tgz|tar\.gz)$/i.test(path)) throw new HelmError('chart must be a tgz file')
  const file = `${path}.prov`
  if (!existsSync(file))
    throw new HelmError(`could not load provenance file ${file}: stat ${file}: no such file or directory`)
  refuseToVerify(flags)
  return path
}

/** A check that does not happen must not look as if it had. */
export function refuseToVerify(flags: ParsedFlags): void {
  if (!flags.on('verify')) return
  throw new HelmError('--verify is not supported: slipway does not check OpenPGP signatures; use helm verify')
}

function urlOf(name: string, context: LocateContext): string {
  if (/^https?:\/\//.test(name)) return name
  const [repository = '', ...rest] = name.split('/')
  if (rest.length === 0) {
    throw new HelmError(`non-absolute URLs should be in form of repo_name/path_to_chart, got: ${name}`)
  }
  const { config, cache } = repositoryPaths(context.flags, context.io)
  const found = findRepository(config, repository)
  if (found === undefined) throw new HelmError(`repo ${repository} not found`)
  const chart = rest.join('/')
  const version = context.flags.text('version') || (context.flags.on('devel') ? '>0.0.0-0' : '')
  const entry = chartInIndex(readIndex(join(cache, `${repository}-index.yaml`)), chart, version)
  if (entry === undefined) {
    const detail = `no chart version found for ${chart}-${version}`
    throw new HelmError(
      `chart "${chart}" matching ${version} not found in ${repository} index. (try 'helm repo update'): ${detail}`,
    )
  }
  return new URL(entry.urls[0] ?? '', found.url.endsWith('/') ? found.url : `${found.url}/`).href
}

async function urlInRepo(repo: string, chart: string, { flags }: LocateContext): Promise<string> {
  const base = repo.endsWith('/') ? repo : `${repo}/`
  const folder = mkdtempSync(join(tmpdir(), 'slipway-helm-'))
  const file = join(folder, 'index.yaml')
  writeFileSync(file, await download(new URL('index.yaml', base).href))
  const version = flags.text('version')
  const entry = chartInIndex(readIndex(file), chart, version)
  if (entry !== undefined) return new URL(entry.urls[0] ?? '', base).href
  const wanted = version === '' ? `chart "${chart}"` : `chart "${chart}" version "${version}"`
  throw new HelmError(`${wanted} not found in ${repo} repository`)
}

async function fetchArchive(url: string): Promise<string> {
  return stored(await download(url))
}

function stored(data: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-helm-'))
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'chart.tgz')
  writeFileSync(file, data)
  return file
}
