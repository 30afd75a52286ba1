import { isInCluster, sourcesOf } from './parse.ts'
import type { Application } from './types.ts'

/** All Applications with the same destination and branch. */
export interface Environment {
  /** The destination namespace; with `-<branch>` where two environments share it. */
  readonly name: string
  readonly namespace: string
  /** The `targetRevision` as it is written, `HEAD` for none. */
  readonly branch: string
  readonly applications: readonly Application[]
}

/** Tells which Applications are roots: by what they render, which only the caller knows. */
export type IsRoot = (application: Application) => boolean

/** True when objects of these kinds make their Application a root: only Applications and AppProjects, at least one. */
export function rootKinds(kinds: Iterable<{ readonly apiVersion: string; readonly kind: string }>): boolean {
  const all = [...kinds]
  const own = all.filter(
    ({ apiVersion, kind }) =>
      apiVersion.startsWith('argoproj.io/') && (kind === 'Application' || kind === 'AppProject'),
  )
  return all.length > 0 && own.length === all.length
}

/** What a root looks like from outside: it deploys into the namespace that it lives in. */
export function looksLikeRoot(application: Application): boolean {
  const own = application.metadata.namespace ?? 'argocd'
  return isInCluster(application.spec.destination) && application.spec.destination.namespace === own
}

/** Groups Applications into environments, in order of first appearance; roots are in none. */
export function environmentsOf(
  applications: readonly Application[],
  isRoot: IsRoot = looksLikeRoot,
): readonly Environment[] {
  const groups = new Map<string, Application[]>()
  for (const application of applications) {
    if (isRoot(application)) continue
    const key = JSON.stringify([clusterOf(application), namespaceOf(application), branchOf(application)])
    groups.set(key, [...(groups.get(key) ?? []), application])
  }
  const found = [...groups.values()].flatMap((group) =>
    group[0] === undefined ? [] : [toEnvironment(group[0], group)],
  )
  const count = new Map<string, number>()
  for (const { namespace } of found) count.set(namespace, (count.get(namespace) ?? 0) + 1)
  return found.map((environment) =>
    (count.get(environment.namespace) ?? 0) > 1
      ? { ...environment, name: `${environment.namespace}-${environment.branch.replaceAll(/[^a-zA-Z0-9]+/g, '-')}` }
      : environment,
  )
}

/** The branch that an Application follows: of its sources the first with a path, without one `HEAD`. */
export function branchOf(application: Application): string {
  const sources = sourcesOf(application)
  const main = sources.find((source) => source.path !== undefined && source.chart === undefined) ?? sources[0]
  const revision = main?.targetRevision ?? ''
  return revision === '' ? 'HEAD' : revision.replace(/^refs\/heads\//, '')
}

function toEnvironment(first: Application, applications: readonly Application[]): Environment {
  const namespace = namespaceOf(first)
  return { name: namespace, namespace, branch: branchOf(first), applications }
}

const namespaceOf = (application: Application): string => application.spec.destination.namespace ?? 'default'

function clusterOf(application: Application): string {
  const { destination } = application.spec
  return isInCluster(destination) ? '' : (destination.name ?? destination.server ?? '')
}
