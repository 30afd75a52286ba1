import type { KubeObject } from '@slipway/objects'
import { globMatches } from './glob.ts'
import type { ApplicationSource, AppProject, Destination, GroupKindRule } from './types.ts'

/** The URL of the cluster that Argo CD runs in; Slipway's only one. */
export const IN_CLUSTER = 'https://kubernetes.default.svc'

/** The name of {@link IN_CLUSTER}. */
export const IN_CLUSTER_NAME = 'in-cluster'

/** A kind, with the name of the object where a rule may name it. */
export interface KindAsked {
  readonly group: string
  readonly kind: string
  readonly name?: string
  readonly namespaced: boolean
}

/** True when the project lists the repository; a `!pattern` that matches forbids it whatever else allows it. */
export function sourcePermitted(project: AppProject, source: ApplicationSource): boolean {
  const url = normalised(source.repoURL)
  let permitted = false
  for (const rule of project.spec.sourceRepos ?? []) {
    const deny = isDeny(rule)
    const matched = matches(deny ? `!${normalised(rule.slice(1))}` : normalised(rule), url, '/')
    if (matched) permitted = true
    else if (deny) return false
  }
  return permitted
}

/** True when the project lists the cluster with the namespace. */
export function destinationPermitted(project: AppProject, destination: Destination): boolean {
  const { server = IN_CLUSTER, namespace = '' } = destination
  // A rule may speak of the cluster by either.
  const name = destination.name || (server === IN_CLUSTER ? IN_CLUSTER_NAME : '')
  let permitted = false
  for (const rule of project.spec.destinations ?? []) {
    const byName = name !== '' && matches(rule.name ?? '', name)
    const byServer = server !== '' && matches(rule.server ?? '', server)
    const byNamespace = matches(rule.namespace ?? '', namespace)
    if ((byName || byServer) && byNamespace) permitted = true
    else if (!byName && isDeny(rule.name ?? '')) return false
    else if (!byServer && isDeny(rule.server ?? '') && byNamespace) return false
    else if (!byNamespace && isDeny(rule.namespace ?? '') && byServer) return false
  }
  return permitted
}

/**
 * True when the project allows a kind. Without an allow list every namespaced kind is allowed and no cluster-scoped one; with an empty list neither; a deny
 * list takes away.
 */
export function kindPermitted(project: AppProject, asked: KindAsked): boolean {
  const { spec } = project
  if (asked.namespaced) {
    const allowed = spec.namespaceResourceWhitelist === undefined || listed(spec.namespaceResourceWhitelist, asked)
    return allowed && !listed(spec.namespaceResourceBlacklist ?? [], asked)
  }
  return listed(spec.clusterResourceWhitelist ?? [], asked) && !listed(spec.clusterResourceBlacklist ?? [], asked)
}

/** What Argo CD reports as `InvalidSpecError` when a project forbids an Application, in its words. */
export function permissionProblems(
  project: AppProject,
  of: { sources: readonly ApplicationSource[]; destination: Destination },
): readonly string[] {
  const name = project.metadata.name ?? ''
  const several = of.sources.length > 1
  for (const source of of.sources) {
    const problem = sourceProblem(source, several)
    if (problem !== undefined) return [problem]
  }
  const repositories = of.sources
    .filter((source) => !sourcePermitted(project, source))
    .map((source) => `application repo ${source.repoURL} is not permitted in project '${name}'`)
  if (destinationPermitted(project, of.destination)) return repositories
  const server = of.destination.name ?? of.destination.server ?? IN_CLUSTER
  const destination = `application destination server '${server}' and namespace '${of.destination.namespace ?? ''}' do not match any of the allowed destinations in project '${name}'`
  return [...repositories, destination]
}

function sourceProblem(source: ApplicationSource, several: boolean): string | undefined {
  const { repoURL, path = '', chart = '', ref = '', targetRevision = '' } = source
  if (several && (repoURL === '' || (path === '' && chart === '' && ref === '')))
    return `spec.source.repoURL and either source.path, source.chart, or source.ref are required for source ${repoURL}`
  if (!several && (repoURL === '' || (path === '' && chart === '')))
    return 'spec.source.repoURL and either spec.source.path or spec.source.chart are required'
  if (chart !== '' && targetRevision === '')
    return 'spec.source.targetRevision is required if the manifest source is a helm chart'
  return undefined
}

/** The project that Argo CD makes by itself: it allows everything. */
export function defaultProject(namespace: string): AppProject & KubeObject {
  const any = { group: '*', kind: '*' }
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'default', namespace },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [any],
    },
  }
}

function listed(rules: readonly GroupKindRule[], asked: KindAsked): boolean {
  return rules.some(
    (rule) =>
      globMatches(rule.kind, asked.kind) &&
      globMatches(rule.group, asked.group) &&
      (rule.name === undefined || rule.name === '' || globMatches(rule.name, asked.name ?? '')),
  )
}

const isDeny = (pattern: string): boolean => pattern.startsWith('!')

function matches(pattern: string, text: string, separators = ''): boolean {
  if (isDeny(pattern)) return !globMatches(pattern.slice(1), text, separators)
  return pattern === '*' || globMatches(pattern, text, separators)
}

// Argo CD compares without case, `.git` and the scheme of ssh, but keeps https and ssh apart.
function normalised(url: string): string {
  const lower = url
    .trim()
    .toLowerCase()
    .replace(/\.git$/, '')
  const scp = /^([\w.-]+)@([\w.-]+):(?!\/\/)(.*)$/.exec(lower)
  if (scp !== null) return `${scp[1]}@${scp[2]}/${scp[3]?.replace(/^\//, '')}`
  return lower.replace(/^ssh:\/\//, '').replace(/^([\w-]+@[\w.-]+):22\//, '$1/')
}
