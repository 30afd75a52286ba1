import type { Pod } from '../shared/types.ts'
import type { PodFailurePolicy } from './types.ts'

/** What a policy says of a failed pod. */
export interface PolicyVerdict {
  /** Whether the failure counts towards the limits. */
  readonly counts: boolean
  readonly action?: string
  /** Why the whole Job fails, when it does. */
  readonly message?: string
}

/** Looks for the first rule that fits a failed pod: job/pod_failure_policy.go. Without one the failure counts as any other. */
export function judgeFailure(policy: PodFailurePolicy | undefined, pod: Pod): PolicyVerdict {
  for (const [index, rule] of (policy?.rules ?? []).entries()) {
    const match =
      rule.onExitCodes === undefined ? byCondition(pod, rule.onPodConditions ?? []) : byExitCode(pod, rule.onExitCodes)
    if (match === undefined) continue
    const { action } = rule
    if (action === 'Ignore') return { counts: false, action }
    const message = `${match} matching ${action} rule at index ${index}`
    return { counts: true, action, ...(action === 'FailJob' ? { message } : {}) }
  }
  return { counts: true }
}

interface ExitCodes {
  readonly containerName?: string
  readonly operator: string
  readonly values: readonly number[]
}

interface ContainerStatus {
  readonly name: string
  readonly state?: { readonly terminated?: { readonly exitCode: number } }
}

function byExitCode({ metadata, status }: Pod, { containerName, operator, values }: ExitCodes): string | undefined {
  const statuses = [
    ...((status.containerStatuses ?? []) as readonly ContainerStatus[]),
    ...((status['initContainerStatuses'] ?? []) as readonly ContainerStatus[]),
  ]
  for (const { name, state } of statuses) {
    const code = state?.terminated?.exitCode ?? 0
    if (code === 0 || (containerName !== undefined && containerName !== name)) continue
    if (operator === 'In' ? values.includes(code) : operator === 'NotIn' && !values.includes(code))
      return `Container ${name} for pod ${metadata.namespace ?? ''}/${metadata.name ?? ''} failed with exit code ${code}`
  }
  return undefined
}

function byCondition(
  { metadata, status }: Pod,
  patterns: readonly { readonly type: string; readonly status?: string }[],
): string | undefined {
  const found = status.conditions?.find((condition) =>
    patterns.some((pattern) => pattern.type === condition.type && (pattern.status ?? 'True') === condition.status),
  )
  if (found === undefined) return undefined
  return `Pod ${metadata.namespace ?? ''}/${metadata.name ?? ''} has condition ${found.type}`
}
