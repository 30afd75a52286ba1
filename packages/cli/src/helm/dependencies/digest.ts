import { createHash } from 'node:crypto'
import type { Dependency } from '@slipway/chart'

/** Helm's digest of declared and locked dependencies: the SHA-256 of both as Go's JSON (resolver.HashReq). */
export function digestOf(declared: readonly Dependency[], locked: readonly Dependency[]): string {
  const json = goJson([declared.map(fieldsOf), locked.map(fieldsOf)])
  return `sha256:${createHash('sha256').update(json).digest('hex')}`
}

/** In the order of Go's struct, without what is empty but for name and repository. */
function fieldsOf(each: Dependency): Record<string, unknown> {
  const { name, version, repository, condition, tags, enabled, importValues, alias } = each
  return {
    name,
    ...(version === '' ? {} : { version }),
    repository,
    ...(condition === '' ? {} : { condition }),
    ...(tags === undefined || tags.length === 0 ? {} : { tags }),
    ...(enabled ? { enabled } : {}),
    ...(importValues === undefined || importValues.length === 0 ? {} : { 'import-values': importValues }),
    ...(alias === '' ? {} : { alias }),
  }
}

/** Go escapes what is special in HTML. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
