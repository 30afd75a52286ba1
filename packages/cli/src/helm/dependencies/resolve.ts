import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Dependency, isCompatible, isVersion } from '@slipway/chart'
import { parseConstraints } from '@slipway/sprig'
import { HelmError, type HelmIo } from '../io.ts'
import { loadLocal } from '../load.ts'
import { chartInIndex, type ChartIndex } from '../repositories.ts'

/** What resolving looks at. */
export interface ResolveContext {
  readonly chartPath: string
  readonly io: HelmIo
  /** The index of a repository's address. */
  readonly indexOf: (repository: string) => ChartIndex
  /** The versions of dependencies of registries, which were asked for before. */
  readonly tags: ReadonlyMap<Dependency, string>
}

/** The folder that a `file://` repository, or a chart under `charts/`, is. */
export function localPath(repository: string, chartPath: string): string {
  const path = repository.replace(/^file:\/\//, '')
  const full = path.startsWith('/') ? path : join(chartPath, path)
  if (!existsSync(full)) throw new HelmError(`directory ${full} not found`)
  return full
}

/** The exact version of each declared dependency (resolver.Resolve). */
export function resolveDependencies(declared: readonly Dependency[], context: ResolveContext): Dependency[] {
  const missing: string[] = []
  const locked = declared.flatMap((each) => {
    checkRange(each)
    const version = versionOf(each, context)
    if (version !== undefined) return [lockedOf(each, version)]
    const { name, repository } = each
    missing.push(`"${name}" (repository "${repository}", version "${each.version}")`)
    return []
  })
  if (missing.length === 0) return locked
  const advice = 'Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml'
  throw new HelmError(`can't get a valid version for ${missing.length} subchart(s): ${missing.join(', ')}. ${advice}`)
}

function checkRange({ name, version }: Dependency): void {
  try {
    parseConstraints(version)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new HelmError(`dependency "${name}" has an invalid version/constraint format: ${reason}`, { cause: error })
  }
}

function lockedOf({ name, repository }: Dependency, version: string): Dependency {
  return {
    name,
    version,
    repository,
    condition: '',
    tags: undefined,
    enabled: false,
    importValues: undefined,
    alias: '',
  }
}

function versionOf(each: Dependency, { chartPath, io, indexOf, tags }: ResolveContext): string | undefined {
  const { name, version, repository } = each
  if (repository === '') {
    localPath(join('charts', name), chartPath)
    return version
  }
  if (repository.startsWith('file://')) {
    const found = loadLocal(localPath(repository, chartPath), io).metadata.version
    return isVersion(found) && isCompatible(version, found) ? found : undefined
  }
  if (repository.startsWith('oci://')) return tags.get(each)
  const index = indexOf(repository)
  if (!index.has(name)) throw new HelmError(`${name} chart not found in repo ${repository}`)
  return chartInIndex(index, name, version)?.version
}
