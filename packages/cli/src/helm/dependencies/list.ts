import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Chart, type Dependency, isCompatible } from '@slipway/chart'
import { compareBytes } from '@slipway/diag'
import type { ParsedFlags } from '../flags.ts'
import type { HelmIo } from '../io.ts'
import { loadLocal } from '../load.ts'
import { pathOf } from '../values.ts'
import { formatTable } from './table.ts'

/** `helm dependency list`: declared dependencies and how they are vendored. */
export function listDependencies(path: string, context: { flags: ParsedFlags; io: HelmIo }): void {
  const { flags, io } = context
  const chart = loadLocal(path, io)
  const declared = chart.metadata.dependencies?.filter((each) => each !== null)
  if (declared === undefined) {
    io.stdout.write(`WARNING: no dependencies at ${join(path, 'charts')}\n`)
    return
  }
  const width = Number(flags.text('max-col-width') || '80')
  const rows = declared.map((each) => [each.name, each.version, each.repository, statusOf(path, each, { chart, io })])
  io.stdout.write(`${formatTable([['NAME', 'VERSION', 'REPOSITORY', 'STATUS'], ...rows], width)}\n\n`)
  for (const line of undeclared(path, declared, io)) io.stdout.write(`${line}\n`)
}

function statusOf(path: string, dependency: Dependency, of: { chart: Chart; io: HelmIo }): string {
  const archives = archivesOf(path, dependency, of.io)
  const versioned = archives.filter((each) => STRICT.test(each.slice(dependency.name.length + 1, -'.tgz'.length)))
  const candidates = archives.length > 1 ? versioned : archives
  if (archives.length > 1 && candidates.length > 1) return 'too many matches'
  if (candidates.length === 1) return archiveStatus(join(path, 'charts', candidates[0] ?? ''), dependency, of.io)
  const vendored = of.chart.dependencies.findLast((each) => each.name === dependency.name)
  if (vendored === undefined) return 'missing'
  return versionStatus(dependency, vendored) ?? 'unpacked'
}

const STRICT = /^\d+\.\d+\.\d+(?:[-+].*)?$/

function archivesOf(path: string, dependency: Dependency, io: HelmIo): string[] {
  const folder = pathOf(join(path, 'charts'), io)
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return []
  const prefix = `${dependency.name}-`
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.tgz'))
    .sort(compareBytes)
}

function archiveStatus(path: string, dependency: Dependency, io: HelmIo): string {
  try {
    const chart = loadLocal(path, io)
    if (chart.name !== dependency.name) return 'misnamed'
    return versionStatus(dependency, chart) ?? 'ok'
  } catch {
    return 'corrupt'
  }
}

function versionStatus(dependency: Dependency, chart: Chart): string | undefined {
  const { version } = chart.metadata
  return version === dependency.version || isCompatible(dependency.version, version) ? undefined : 'wrong version'
}

/** Charts on disk that Chart.yaml does not name. */
function undeclared(path: string, declared: readonly Dependency[], io: HelmIo): string[] {
  const folder = join(path, 'charts')
  const full = pathOf(folder, io)
  if (!existsSync(full) || !statSync(full).isDirectory()) return []
  return readdirSync(full)
    .sort(compareBytes)
    .filter((name) => name.endsWith('.tgz') || statSync(join(full, name)).isDirectory())
    .flatMap((name) => {
      const each = join(folder, name)
      const chart = nameOf(each, io)
      if (chart === undefined) return [`WARNING: ${JSON.stringify(each)} is not a chart.`]
      const isDeclared = declared.some((dependency) => dependency.name === chart)
      return isDeclared ? [] : [`WARNING: ${JSON.stringify(each)} is not in Chart.yaml.`]
    })
}

function nameOf(path: string, io: HelmIo): string | undefined {
  try {
    return loadLocal(path, io).name
  } catch {
    return undefined
  }
}
