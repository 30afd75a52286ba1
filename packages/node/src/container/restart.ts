import type { Container, Pod } from '../types.ts'

/**
 * Whether a container that exited is started again (k8s.io/kubernetes/pkg/api/v1/pod, ContainerShouldRestart): the first of its rules that matches the exit code, else its
 * own policy, else the pod's.
 */
export function restartsAfter(container: Container, { spec }: Pod, exitCode: number): boolean {
  if (container.restartPolicy !== undefined && matchesRule(container, exitCode)) return true
  return byPolicy(container.restartPolicy ?? spec.restartPolicy ?? 'Always', exitCode !== 0)
}

/** Whether a container that failed its probe is started again: rules are about exit codes, and there is none yet. */
export function restartsAfterProbe(container: Container, { spec }: Pod): boolean {
  return (container.restartPolicy ?? spec.restartPolicy ?? 'Always') !== 'Never'
}

function byPolicy(policy: string, failed: boolean): boolean {
  return policy === 'Always' || (policy === 'OnFailure' && failed)
}

// The only other action, RestartAllContainers, is refused before a pod starts.
function matchesRule({ restartPolicyRules = [] }: Container, exitCode: number): boolean {
  const first = restartPolicyRules.find(({ exitCodes }) => {
    const isIn = exitCodes?.values?.includes(exitCode) ?? false
    return exitCodes !== undefined && (exitCodes.operator === 'In' ? isIn : exitCodes.operator === 'NotIn' && !isIn)
  })
  return first?.action === 'Restart'
}
