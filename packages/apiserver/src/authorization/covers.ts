import type { PolicyRule } from './rbac.ts'

/** A rule about one verb and one resource or path. */
type Part = PolicyRule

/** What of `wanted` no rule of `owned` allows, in parts: k8s.io/component-helpers/auth/rbac/validation. */
export function missingRules(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(partsOf).filter((part) => !owned.some((rule) => covers(rule, part)))
}

function partsOf({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): Part[] {
  const named = resourceNames.length === 0 ? [undefined] : resourceNames
  const ofResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) =>
        named.map((name) => ({
          apiGroups: [group],
          resources: [resource],
          ...(name === undefined ? {} : { resourceNames: [name] }),
          verbs: [verb],
        })),
      ),
    ),
  )
  const ofPaths = nonResourceURLs.flatMap((path) => verbs.map((verb) => ({ nonResourceURLs: [path], verbs: [verb] })))
  return [...ofResources, ...ofPaths]
}

function covers(rule: PolicyRule, part: Part): boolean {
  const names = rule.resourceNames ?? []
  const wanted = part.resourceNames ?? []
  return (
    hasAll(rule.verbs, part.verbs) &&
    hasAll(rule.apiGroups, part.apiGroups) &&
    (part.resources ?? []).every((resource) => hasResource(rule.resources ?? [], resource)) &&
    (names.length === 0 || (wanted.length > 0 && wanted.every((name) => names.includes(name)))) &&
    (part.nonResourceURLs ?? []).every((path) => (rule.nonResourceURLs ?? []).some((own) => hasPath(own, path)))
  )
}

function hasAll(owned: readonly string[] = [], wanted: readonly string[] = []): boolean {
  return owned.includes('*') || wanted.every((one) => owned.includes(one))
}

function hasResource(owned: readonly string[], resource: string): boolean {
  if (owned.includes('*') || owned.includes(resource)) return true
  const slash = resource.indexOf('/')
  return slash >= 0 && owned.includes(`*${resource.slice(slash)}`)
}

function hasPath(owned: string, path: string): boolean {
  return owned === path || (owned.endsWith('*') && path.startsWith(owned.replace(/\*+$/, '')))
}

/** Rules as the refusal lists them: the verbs of one resource together, one line each, sorted. */
export function describeRules(rules: readonly PolicyRule[]): readonly string[] {
  const together = new Map<string, PolicyRule>()
  for (const [index, rule] of rules.entries()) {
    const isPath = rule.nonResourceURLs !== undefined
    const key = isPath ? String(index) : JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames])
    const present = together.get(key)
    together.set(key, present === undefined ? rule : { ...present, verbs: [...present.verbs, ...rule.verbs] })
  }
  return [...new Set([...together.values()].map(describe))].sort((a, b) => (a < b ? -1 : 1))
}

function describe(rule: PolicyRule): string {
  const parts: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ]
  const given = parts.filter(([, values = []]) => values.length > 0)
  return `{${given.map(([name, values = []]) => `${name}:${quoted(values)}`).join(', ')}}`
}

/** A list of texts as Go's `%q` writes it. */
export function quoted(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`
}
