import {
  defaultProject,
  destinationPermitted,
  globMatches,
  parseProject,
  permissionProblems,
  sourcesOf,
  isInCluster,
  kindPermitted,
  type Application,
  type AppProject,
} from '@slipway/argo'
import { gvkOf, type KubeObject } from '@slipway/objects'
import type { Context } from './context.ts'
import type { Condition } from './status/types.ts'

/** The project of an Application, or why it may not be deployed. */
export interface ProjectCheck {
  readonly project: AppProject | undefined
  readonly conditions: readonly Condition[]
}

/** Finds an Application's project and asks it for permission. The project `default` is there even when nobody made it. */
export function checkProject(context: Context, application: Application): ProjectCheck {
  const name = application.spec.project === '' ? 'default' : application.spec.project
  const found = findProject(context, name)
  if (typeof found === 'string') return { project: undefined, conditions: [{ type: 'UnknownError', message: found }] }
  if (found === undefined) {
    const message = `Application referencing project ${name} which does not exist`
    return { project: undefined, conditions: [{ type: 'InvalidSpecError', message }] }
  }
  const refused = namespaceRefusal(context, application, found)
  if (refused !== undefined) return { project: undefined, conditions: [{ type: 'UnknownError', message: refused }] }
  const { destination } = application.spec
  if (!isInCluster(destination)) {
    const where = destination.name ?? destination.server ?? ''
    const message = `there are no clusters with this name: ${where}`
    return { project: found, conditions: [{ type: 'InvalidSpecError', message }] }
  }
  const problems = permissionProblems(found, { sources: sourcesOf(application), destination })
  return { project: found, conditions: problems.map((message) => ({ type: 'InvalidSpecError', message })) }
}

// Outside of Argo CD's own namespace only the projects that say so may be used.
function namespaceRefusal(context: Context, { metadata }: Application, project: AppProject): string | undefined {
  const { name = '', namespace = context.controllerNamespace } = metadata
  if (namespace === context.controllerNamespace) return undefined
  const { sourceNamespaces = [] } = project.spec
  if (sourceNamespaces.some((pattern) => isNamespaceOf(pattern, namespace))) return undefined
  return `application '${name}' in namespace '${namespace}' is not permitted to use project '${project.metadata.name ?? ''}'`
}

// Between slashes it is a regular expression; one that cannot be read fits nothing.
function isNamespaceOf(pattern: string, namespace: string): boolean {
  const [, expression] = /^\/(.*)\/$/.exec(pattern) ?? []
  if (expression === undefined) return globMatches(pattern, namespace)
  try {
    return new RegExp(expression).test(namespace)
  } catch {
    return false
  }
}

function findProject(context: Context, name: string): AppProject | string | undefined {
  const object = context.project(name)
  if (object === undefined) return name === 'default' ? defaultProject(context.controllerNamespace) : undefined
  const parsed = parseProject(object)
  return parsed.object ?? parsed.diagnostics.map(({ message }) => message).join('; ')
}

/** True when the project allows a live object: its kind, and the namespace that it is in. */
export function livePermitted(project: AppProject, object: KubeObject): boolean {
  const { group, kind } = gvkOf(object)
  const { name = '', namespace = '' } = object.metadata
  if (!kindPermitted(project, { group, kind, namespaced: namespace !== '', name })) return false
  return namespace === '' || destinationPermitted(project, { namespace })
}
