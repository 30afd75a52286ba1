import { compareVersions, parseConstraints, parseVersion, satisfies } from '@slipway/sprig'
import type { YamlValue } from '@slipway/yaml'
import { readYaml } from './settings.ts'

/** A repository that the user added. */
export interface Repository {
  readonly name: string
  readonly url: string
}

/** One version of a chart in a repository's index. */
export interface IndexEntry {
  readonly version: string
  readonly appVersion: string
  readonly created: string
  readonly deprecated: boolean
  /** SHA-256 of the archive in hex; empty when the index does not say. */
  readonly digest: string
  readonly urls: readonly string[]
}

/** The repositories of a `repositories.yaml`. */
export function readRepositories(file: string): Repository[] {
  const list = readYaml(file)?.['repositories']
  if (!Array.isArray(list)) return []
  return list.flatMap((each) => {
    const entry = objectOf(each)
    return entry === undefined ? [] : [{ name: textOf(entry['name']), url: textOf(entry['url']) }]
  })
}

/** A repository by its name. */
export function findRepository(file: string, name: string): Repository | undefined {
  return readRepositories(file).find((each) => each.name === name)
}

/** Charts of an index to their versions, newest first. */
export type ChartIndex = ReadonlyMap<string, readonly IndexEntry[]>

/** Reads an `index.yaml`; a missing one is empty. */
export function readIndex(file: string): ChartIndex {
  const entries = objectOf(readYaml(file)?.['entries']) ?? {}
  return new Map(Object.entries(entries).map(([name, list]) => [name, versionsOf(list)]))
}

function versionsOf(list: YamlValue): IndexEntry[] {
  if (!Array.isArray(list)) return []
  const found = list.flatMap((each) => {
    const entry = objectOf(each)
    if (entry === undefined) return []
    const urls = Array.isArray(entry['urls']) ? entry['urls'].map(textOf) : []
    const { version, appVersion, created, deprecated, digest } = entry
    return [
      {
        version: textOf(version),
        appVersion: textOf(appVersion),
        created: textOf(created),
        deprecated: deprecated === true,
        digest: textOf(digest).replace(/^sha256:/, ''),
        urls,
      },
    ]
  })
  return found.sort((a, b) => compareTexts(b.version, a.version))
}

function compareTexts(a: string, b: string): number {
  const left = versionOf(a)
  const right = versionOf(b)
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined)
  return compareVersions(left, right)
}

function versionOf(text: string): ReturnType<typeof parseVersion> | undefined {
  try {
    return parseVersion(text)
  } catch {
    return undefined
  }
}

/** The newest version of a chart that a range accepts; an exact version counts as it is written. */
export function chartInIndex(index: ChartIndex, chart: string, range: string): IndexEntry | undefined {
  const versions = index.get(chart) ?? []
  const exact = range === '' ? undefined : versions.find((each) => each.version === range)
  if (exact !== undefined) return exact
  const constraints = constraintsOf(range === '' ? '*' : range)
  return versions.find((each) => {
    const version = versionOf(each.version)
    return version !== undefined && constraints !== undefined && satisfies(version, constraints)
  })
}

/** The newest of the tags that are versions and that a range accepts. */
export function newestTag(tags: readonly string[], range: string): string | undefined {
  const constraints = constraintsOf(range === '' ? '*' : range)
  if (constraints === undefined) return undefined
  const fitting = tags.filter((tag) => {
    const version = versionOf(tag)
    return version !== undefined && satisfies(version, constraints)
  })
  return fitting.sort((a, b) => compareTexts(b, a))[0]
}

function constraintsOf(range: string): ReturnType<typeof parseConstraints> | undefined {
  try {
    return parseConstraints(range)
  } catch {
    return undefined
  }
}

function objectOf(value: YamlValue | undefined): Record<string, YamlValue> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
}

function textOf(value: YamlValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
