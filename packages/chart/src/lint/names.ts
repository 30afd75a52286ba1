import { quote } from '@slipway/gotemplate'
import type { LintObject } from './objects.ts'

const LABEL_1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL_1123}(\\.${LABEL_1123})*`
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const ROLES = new Set(['role', 'clusterrole', 'rolebinding', 'clusterrolebinding'])

/** What is wrong with the name of an object, by the rule of its kind; undefined for a good one. */
export function nameProblem(object: LintObject): string | undefined {
  const problems = problemsOf(object)
  if (problems.length === 0) return undefined
  const shown = quote(object.name)
  const list = problems.map((text) => `metadata.name: Invalid value: ${shown}: ${text}`)
  const joined = list.length === 1 ? list.join('') : `[${list.join(', ')}]`
  return `object name does not conform to Kubernetes naming requirements: ${shown}: ${joined}`
}

function problemsOf({ kind, name }: LintObject): string[] {
  const lower = kind.toLowerCase()
  if (lower === 'certificatesigningrequest') return []
  if (ROLES.has(lower)) return pathSegmentProblems(name)
  if (lower === 'service') return labelProblems(name, { pattern: LABEL_1035, text: DNS_1035 })
  if (lower === 'namespace') return labelProblems(name, { pattern: LABEL_1123, text: DNS_1123_LABEL })
  return subdomainProblems(name)
}

const DNS_1035 = `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${LABEL_1035}')`
const DNS_1123_LABEL = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL_1123}')`
const DNS_1123_SUBDOMAIN = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`

function labelProblems(name: string, rule: { pattern: string; text: string }): string[] {
  const problems = name.length > 63 ? ['must be no more than 63 characters'] : []
  return new RegExp(`^${rule.pattern}$`).test(name) ? problems : [...problems, rule.text]
}

function subdomainProblems(name: string): string[] {
  const problems = name.length > 253 ? ['must be no more than 253 characters'] : []
  return new RegExp(`^${SUBDOMAIN}$`).test(name) ? problems : [...problems, DNS_1123_SUBDOMAIN]
}

function pathSegmentProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((sign) => name.includes(sign)).map((sign) => `may not contain '${sign}'`)
}
