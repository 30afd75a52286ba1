import { quote } from '@slipway/gotemplate'
import { parseVersion } from '@slipway/sprig'
import { ChartError } from './errors.ts'

/** A person of Chart.yaml's `maintainers`. */
export interface Maintainer {
  name: string
  email: string
  url: string
}

/** One entry of Chart.yaml's `dependencies`, or of a lock file. */
export interface Dependency {
  name: string
  version: string
  repository: string
  condition: string
  tags: string[] | undefined
  enabled: boolean
  importValues: unknown[] | undefined
  alias: string
}

/** Chart.yaml. Absent texts are '', absent lists undefined, as Go's zero values. */
export interface Metadata {
  name: string
  home: string
  sources: string[] | undefined
  version: string
  description: string
  keywords: string[] | undefined
  maintainers: (Maintainer | null)[] | undefined
  icon: string
  apiVersion: string
  condition: string
  tags: string
  appVersion: string
  deprecated: boolean
  annotations: Record<string, string> | undefined
  kubeVersion: string
  dependencies: (Dependency | null)[] | undefined
  type: string
}

/** Chart.lock or requirements.lock. */
export interface Lock {
  generated: string
  digest: string
  dependencies: (Dependency | null)[] | undefined
}

const TEXTS = ['name', 'description', 'home', 'icon', 'condition', 'tags', 'appVersion', 'kubeVersion'] as const
const ALIAS = /^[a-zA-Z0-9_-]+$/

/** Cleans the texts in place and refuses what Helm refuses (metadata.go Validate). */
export function validateMetadata(metadata: Metadata): void {
  for (const name of TEXTS) metadata[name] = sanitize(metadata[name])
  metadata.sources = metadata.sources?.map(sanitize)
  metadata.keywords = metadata.keywords?.map(sanitize)
  checkIdentity(metadata)
  for (const maintainer of metadata.maintainers ?? []) checkMaintainer(maintainer)
  checkDependencies(metadata.dependencies ?? [])
}

function checkIdentity(metadata: Metadata): void {
  const { apiVersion, name, version, type } = metadata
  if (apiVersion === '') invalid('chart.metadata.apiVersion is required')
  if (name === '') invalid('chart.metadata.name is required')
  if (name === '.' || name === '..') invalid(`chart.metadata.name ${quote(name)} is not allowed`)
  if (name.includes('/')) invalid(`chart.metadata.name ${quote(name)} is invalid`)
  if (version === '') invalid('chart.metadata.version is required')
  if (!isVersion(version)) invalid(`chart.metadata.version ${quote(version)} is invalid`)
  if (!['', 'application', 'library'].includes(type)) {
    invalid('chart.metadata.type must be application or library')
  }
}

function checkMaintainer(maintainer: Maintainer | null): void {
  if (maintainer === null) return invalid('maintainers must not contain empty or null nodes')
  maintainer.name = sanitize(maintainer.name)
  maintainer.email = sanitize(maintainer.email)
  maintainer.url = sanitize(maintainer.url)
}

function checkDependencies(dependencies: readonly (Dependency | null)[]): void {
  const seen = new Set<string>()
  for (const dependency of dependencies) {
    if (dependency === null) return invalid('dependencies must not contain empty or null nodes')
    checkDependency(dependency)
    const key = dependency.alias === '' ? dependency.name : dependency.alias
    if (seen.has(key)) invalid(`more than one dependency with name or alias ${quote(key)}`)
    seen.add(key)
  }
}

function checkDependency(dependency: Dependency): void {
  dependency.name = sanitize(dependency.name)
  dependency.version = sanitize(dependency.version)
  dependency.repository = sanitize(dependency.repository)
  dependency.condition = sanitize(dependency.condition)
  dependency.tags = dependency.tags?.map(sanitize)
  if (dependency.alias !== '' && !ALIAS.test(dependency.alias)) {
    invalid(`dependency ${quote(dependency.name)} has disallowed characters in the alias`)
  }
}

function invalid(reason: string): never {
  throw new ChartError('CHART_METADATA', `validation: ${reason}`, { hint: 'Correct Chart.yaml.' })
}

/** Whether Masterminds/semver reads a text as a version. */
export function isVersion(text: string): boolean {
  try {
    parseVersion(text)
    return true
  } catch {
    return false
  }
}

/** Every kind of space becomes a blank, what does not print goes (sanitizeString). */
function sanitize(text: string): string {
  return text.replace(/[\t\n\v\f\r\u0085\p{Z}]/gu, ' ').replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '')
}
