import {
  ARGO_API_VERSION,
  defaultProject,
  parseProject,
  permissionProblems,
  sourcesOf,
  isInCluster,
  type Application,
  type AppProject,
} from '@slipway/argo'
import { hasReason } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import type { Context } from './context.ts'
import type { Condition } from './status/types.ts'

/** The project of an Application, or why it may not be deployed. */
export interface ProjectCheck {
  readonly project: AppProject | undefined
  readonly conditions: readonly Condition[]
}

/** Finds an Application's project and asks it for permission. The project `default` is there even when nobody made it. */
export async function checkProject(context: Context, application: Application): Promise<ProjectCheck> {
  const name = application.spec.project === '' ? 'default' : application.spec.project
  const found = await findProject(context, name)
  if (typeof found === 'string') return { project: undefined, conditions: [{ type: 'UnknownError', message: found }] }
  if (found === undefined) {
    const message = `Application referencing project ${name} which does not exist`
    return { project: undefined, conditions: [{ type: 'InvalidSpecError', message }] }
  }
  const { destination } = application.spec
  if (!isInCluster(destination)) {
    const where = destination.name ?? destination.server ?? ''
    const message = `there are no clusters with this name: ${where}`
    return { project: found, conditions: [{ type: 'InvalidSpecError', message }] }
  }
  const problems = permissionProblems(found, { sources: sourcesOf(application), destination })
  return { project: found, conditions: problems.map((message) => ({ type: 'InvalidSpecError', message })) }
}

async function findProject(context: Context, name: string): Promise<AppProject | string | undefined> {
  const namespace = context.controllerNamespace
  try {
    const object = await context.client.get({ apiVersion: ARGO_API_VERSION, kind: 'AppProject', namespace, name })
    const parsed = parseProject(object)
    return parsed.object ?? parsed.diagnostics.map(({ message }) => message).join('; ')
  } catch (error) {
    if (!hasReason(error, 'NotFound')) return messageOf(error)
    return name === 'default' ? defaultProject(namespace) : undefined
  }
}
