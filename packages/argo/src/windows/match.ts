import { globMatches } from '../glob.ts'
import type { Application, SyncWindow } from '../types.ts'

/**
 * The windows of a project that speak of an Application: by its name, its cluster or its namespace, in that order, where one is enough, or with `andOperator` all
 * that are given.
 */
export function windowsFor(windows: readonly SyncWindow[], application: Application): readonly SyncWindow[] {
  return windows.filter((window) => speaksOf(window, application))
}

function speaksOf(window: SyncWindow, { metadata, spec }: Application): boolean {
  const { applications = [], clusters = [], namespaces = [], andOperator = false } = window
  const { name = '', server = '', namespace = '' } = spec.destination
  const checks = [
    { patterns: applications, values: [metadata.name ?? ''] },
    { patterns: clusters, values: [name, server].filter((value) => value !== '') },
    { patterns: namespaces, values: [namespace] },
  ]
  const given = checks.filter(({ patterns }) => patterns.length > 0)
  const matched = given.map(({ patterns, values }) =>
    patterns.some((pattern) => values.some((value) => pattern === '*' || globMatches(pattern, value))),
  )
  return andOperator ? matched.length > 0 && matched.every(Boolean) : matched.some(Boolean)
}
