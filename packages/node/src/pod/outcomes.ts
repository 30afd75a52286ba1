import type { Container, Pod } from '../types.ts'

/** What a runner does with a field: does as it says, keeps it and says so, or does not run the pod. */
export type Outcome = 'enforced' | 'stored' | 'refused'

/** One row of the table: a field of the pod's spec (`containers[].` for each container), and its outcome for the process runner. */
export interface FieldOutcome {
  readonly field: string
  readonly outcome: Outcome
  /** Values that change nothing and so are not mentioned; compared as JSON. */
  readonly neutral?: readonly unknown[]
}

const enforced = (field: string): FieldOutcome => ({ field, outcome: 'enforced' })
const stored = (field: string, ...neutral: readonly unknown[]): FieldOutcome => ({ field, outcome: 'stored', neutral })
const refused = (field: string, ...neutral: readonly unknown[]): FieldOutcome => ({
  field,
  outcome: 'refused',
  neutral,
})

/**
 * Every field of a pod's spec and what the process runner does with it. A field that is not here is `stored`. Limits of cpu and memory are observed and reported, not
 * enforced; `docs/compatibility.md` is made from this table.
 */
export const PROCESS_OUTCOMES: readonly FieldOutcome[] = [
  ...[
    'containers',
    'initContainers',
    'volumes',
    'restartPolicy',
    'terminationGracePeriodSeconds',
    'activeDeadlineSeconds',
    'enableServiceLinks',
    'hostname',
    'subdomain',
    'nodeName',
    'nodeSelector',
  ].map(enforced),
  ...[
    'schedulerName',
    'serviceAccountName',
    'serviceAccount',
    'tolerations',
    'priority',
    'priorityClassName',
    'preemptionPolicy',
    'readinessGates',
    'schedulingGates',
  ].map(enforced),
  // One node: every spread and affinity over nodes is met or answered by the scheduler.
  ...['topologySpreadConstraints', 'affinity'].map(enforced),
  stored('dnsPolicy', 'ClusterFirst'),
  stored('securityContext', {}),
  stored('automountServiceAccountToken', false),
  stored('imagePullSecrets', []),
  refused('hostNetwork', false),
  refused('hostPID', false),
  refused('hostIPC', false),
  refused('shareProcessNamespace', false),
  refused('ephemeralContainers', []),
  ...[
    'name',
    'image',
    'imagePullPolicy',
    'command',
    'args',
    'workingDir',
    'ports',
    'env',
    'envFrom',
    'volumeMounts',
    'livenessProbe',
    'readinessProbe',
    'startupProbe',
    'lifecycle',
    'restartPolicy',
  ].map((name) => enforced(`containers[].${name}`)),
  ...['terminationMessagePath', 'terminationMessagePolicy', 'stdin', 'stdinOnce'].map((name) =>
    enforced(`containers[].${name}`),
  ),
  stored('containers[].resources.limits', {}),
  enforced('containers[].resources.requests'),
  stored('containers[].securityContext', {}),
  refused('containers[].securityContext.privileged', false),
  stored('containers[].tty', false),
  refused('containers[].volumeDevices', []),
]

/** What a pod asks for that this runner does not do. */
export interface PodOutcomes {
  readonly stored: readonly string[]
  readonly refused: readonly string[]
}

/** Looks every field of a pod up in the table. The names are paths such as `spec.containers[0].resources.limits`. */
export function outcomesOf(pod: Pod, table: readonly FieldOutcome[] = PROCESS_OUTCOMES): PodOutcomes {
  const rows = new Map(table.map((row) => [row.field, row]))
  const found = { stored: [] as string[], refused: [] as string[] }
  const judge = (field: string, path: string, value: unknown): void => {
    const row = rows.get(field)
    if (
      value === undefined ||
      row?.outcome === 'enforced' ||
      row?.neutral?.some((neutral) => JSON.stringify(neutral) === JSON.stringify(value))
    )
      return
    found[row?.outcome === 'refused' ? 'refused' : 'stored'].push(path)
  }
  for (const [name, value] of Object.entries(pod.spec)) judge(name, `spec.${name}`, value)
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, container] of (pod.spec[list] ?? []).entries())
      judgeContainer(container, `spec.${list}[${index}]`, judge)
  }
  return found
}

function judgeContainer(
  container: Container,
  path: string,
  judge: (field: string, path: string, value: unknown) => void,
): void {
  for (const [name, value] of Object.entries(container)) {
    if (name === 'resources')
      judge('containers[].resources.limits', `${path}.resources.limits`, container.resources?.limits)
    else judge(`containers[].${name}`, `${path}.${name}`, value)
  }
  if (container.securityContext?.['privileged'] === true)
    judge('containers[].securityContext.privileged', `${path}.securityContext.privileged`, true)
}
