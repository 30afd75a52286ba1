import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Chart, type Dependency, dumpLock, isCompatible } from '@slipway/chart'
import { nodePack } from '@slipway/chart/node'
import type { ParsedFlags } from '../flags.ts'
import { HelmError, type HelmIo } from '../io.ts'
import { loadLocal } from '../load.ts'
import { chartVersion, pullChart } from '../registry.ts'
import { download } from '../download.ts'
import { pathOf } from '../values.ts'
import { digestOf } from './digest.ts'
import { repositoriesOf, type RepositoryIndexes } from './indexes.ts'
import { localPath, resolveDependencies } from './resolve.ts'

interface Context {
  readonly flags: ParsedFlags
  readonly io: HelmIo
}

/** `helm dependency update`: resolves, vendors, locks. */
export async function updateDependencies(path: string, context: Context): Promise<void> {
  const chart = loadFolder(path, context.io)
  const declared = declaredOf(chart)
  if (declared.length === 0) return
  const indexes = await repositoriesOf(declared, context)
  const chartPath = pathOf(path, context.io)
  const tags = await registryVersions(declared, context)
  const locked = resolveDependencies(declared, { chartPath, io: context.io, indexOf: indexes.indexOf, tags })
  await vendor(locked, { chartPath, indexes, context })
  const digest = digestOf(declared, locked)
  if (chart.lock?.digest === digest) return
  const name = chart.metadata.apiVersion === 'v1' ? 'requirements.lock' : 'Chart.lock'
  const file = join(chartPath, name)
  if (existsSync(file) && lstatSync(file).isSymbolicLink()) throw new HelmError(`the ${name} file is a symlink`)
  const generated = new Date(context.io.now?.() ?? Date.now()).toISOString()
  writeFileSync(file, dumpLock({ dependencies: locked, digest, generated }))
}

/** `helm dependency build`: vendors what the lock file says. */
export async function buildDependencies(path: string, context: Context): Promise<void> {
  const chart = loadFolder(path, context.io)
  const { lock } = chart
  if (lock === undefined) return updateDependencies(path, context)
  const locked = (lock.dependencies ?? []).filter((each) => each !== null)
  if (digestOf(declaredOf(chart), locked) !== lock.digest) throw new HelmError(outOfSync(chart))
  const indexes = await repositoriesOf(locked, context)
  await vendor(locked, { chartPath: pathOf(path, context.io), indexes, context })
}

function outOfSync(chart: Chart): string {
  if (chart.metadata.apiVersion === 'v1') {
    return 'the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). Please update the dependencies'
  }
  return "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies with 'helm dependency update'"
}

function loadFolder(path: string, io: HelmIo): Chart {
  const full = pathOf(path, io)
  if (!existsSync(full)) throw new HelmError(`could not find ${path}: stat ${path}: no such file or directory`)
  if (!statSync(full).isDirectory()) throw new HelmError('only unpacked charts can be updated')
  return loadLocal(path, io)
}

function declaredOf(chart: Chart): Dependency[] {
  return (chart.metadata.dependencies ?? []).filter((each) => each !== null)
}

interface Vendoring {
  readonly chartPath: string
  readonly indexes: RepositoryIndexes
  readonly context: Context
}

/** The versions that dependencies of registries get. */
async function registryVersions(
  declared: readonly Dependency[],
  context: Context,
): Promise<ReadonlyMap<Dependency, string>> {
  const found = new Map<Dependency, string>()
  for (const each of declared) {
    if (!each.repository.startsWith('oci://')) continue
    found.set(each, await chartVersion(addressOf(each), each.version, context))
  }
  return found
}

function addressOf({ repository, name }: Dependency): string {
  return `${repository.replace(/\/$/, '')}/${name}`
}

async function vendor(locked: readonly Dependency[], vendoring: Vendoring): Promise<void> {
  const { chartPath, context } = vendoring
  const { io } = context
  const folder = join(chartPath, 'charts')
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new HelmError(`"${folder}" is not a directory`)
  mkdirSync(folder, { recursive: true })
  io.stdout.write(`Saving ${locked.length} charts\n`)
  const archives = new Map<string, Uint8Array>()
  for (const each of locked) {
    const archive = await archiveOf(each, vendoring)
    if (archive !== undefined) archives.set(archive.name, archive.data)
  }
  io.stdout.write('Deleting outdated charts\n')
  removeOutdated(folder, locked, { archives, io })
  for (const [name, data] of archives) writeFileSync(join(folder, name), data)
}

async function archiveOf(
  each: Dependency,
  vendoring: Vendoring,
): Promise<{ name: string; data: Uint8Array } | undefined> {
  const { chartPath, indexes, context } = vendoring
  const { io } = context
  if (each.repository === '') {
    checkVendored(each, vendoring)
    return undefined
  }
  if (each.repository.startsWith('file://')) return packLocal(each, chartPath, io)
  io.stdout.write(`Downloading ${each.name} from repo ${each.repository}\n`)
  const name = `${each.name}-${each.version}.tgz`
  if (each.repository.startsWith('oci://'))
    return { name, data: await pullChart(addressOf(each), each.version, context) }
  const { url, digest } = indexes.archiveOf(each)
  const data = await download(url)
  const actual = createHash('sha256').update(data).digest('hex')
  if (digest !== '' && actual !== digest)
    throw new HelmError(`digest of ${name} is ${actual}, and the index of the repository says ${digest}`)
  return { name, data }
}

function packLocal(each: Dependency, chartPath: string, io: HelmIo): { name: string; data: Uint8Array } {
  const chart = loadLocal(localPath(each.repository, chartPath), io)
  if (!isCompatible(each.version, chart.metadata.version)) {
    const problem = `can't get a valid version for dependency ${each.name}`
    io.stdout.write(`Save error occurred:  ${problem}\n`)
    throw new HelmError(problem)
  }
  return nodePack(chart, Math.floor((io.now?.() ?? Date.now()) / 1000))
}

/** A dependency without a repository is kept under `charts/` by hand. */
function checkVendored({ name, version }: Dependency, { chartPath, context: { io } }: Vendoring): void {
  const note = 'did not declare a repository. Assuming it exists in the charts directory'
  io.stdout.write(`Dependency ${name} ${note}\n`)
  const found = loadLocal(join(chartPath, 'charts', name), io).metadata.version
  if (isCompatible(version, found)) return
  const problem = `dependency ${name} at version ${found} does not satisfy the constraint ${version}`
  io.stdout.write(`Save error occurred:  ${problem}\n`)
  throw new HelmError(problem)
}

/** Archives of other versions, and of charts that are no dependencies any more, go; what is no chart stays. */
function removeOutdated(
  folder: string,
  locked: readonly Dependency[],
  of: { archives: ReadonlyMap<string, Uint8Array>; io: HelmIo },
): void {
  const byHand = new Set(locked.filter((each) => each.repository === '').map((each) => each.name))
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() || of.archives.has(entry.name) || byHand.has(entry.name)) continue
    if (entry.name.endsWith('.tgz') && isChart(join(folder, entry.name), of.io)) rmSync(join(folder, entry.name))
  }
}

function isChart(path: string, io: HelmIo): boolean {
  try {
    loadLocal(path, io)
    return true
  } catch {
    return false
  }
}
