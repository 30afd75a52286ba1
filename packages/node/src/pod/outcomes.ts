import { isRecord } from '@slipway/objects'
import type { Pod } from '../types.ts'

/** What a runner does with a field: does as it says, keeps it and says so, or does not run the pod. */
export type Outcome = 'enforced' | 'stored' | 'refused'

/**
 * One row of the table: a field of the pod's spec (`containers[].` for each container, init containers too), and its outcome for the process runner. A row of a field inside
 * of another one is about that part alone.
 */
export interface FieldOutcome {
  readonly field: string
  readonly outcome: Outcome
  /** Values that change nothing and so are not mentioned; compared as JSON. */
  readonly neutral?: readonly unknown[]
  /** Which values the row is about, where it is not all of them. */
  readonly about?: (value: unknown, owner: Readonly<Record<string, unknown>>, pod: Pod) => boolean
  /** What the outcome holds for, or how far. */
  readonly note?: string
}

const enforced = (field: string): FieldOutcome => ({ field, outcome: 'enforced' })
const stored = (field: string, ...neutral: readonly unknown[]): FieldOutcome => ({ field, outcome: 'stored', neutral })
const refused = (field: string, ...neutral: readonly unknown[]): FieldOutcome => ({
  field,
  outcome: 'refused',
  neutral,
})

const isOwnVolume = (_value: unknown, mount: Readonly<Record<string, unknown>>, { spec }: Pod): boolean =>
  spec.volumes?.find(({ name }) => name === mount['name'])?.emptyDir !== undefined

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
    'overhead',
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
  ...['restartPolicyRules', 'terminationMessagePolicy', 'stdin', 'stdinOnce'].map((name) =>
    enforced(`containers[].${name}`),
  ),
  {
    ...enforced('containers[].terminationMessagePath'),
    note: 'where a command, a variable or a relative path leads to it; a program that opens an absolute path opens the file of the machine, which an event tells',
  },
  {
    ...refused('containers[].restartPolicyRules[].action'),
    about: (value) => value === 'RestartAllContainers',
    note: '`RestartAllContainers`; `Restart` is enforced',
  },
  refused('containers[].env[].valueFrom.fileKeyRef'),
  { ...stored('containers[].lifecycle.stopSignal'), note: "the image's STOPSIGNAL is enforced" },
  {
    ...stored('containers[].volumeMounts[].readOnly', false),
    about: isOwnVolume,
    note: 'of an emptyDir; files of ConfigMaps, Secrets and fields are read-only for programs that do not run as root',
  },
  stored('containers[].volumeMounts[].recursiveReadOnly', 'Disabled'),
  stored('containers[].volumeMounts[].mountPropagation', 'None'),
  stored('volumes[].emptyDir.medium', ''),
  stored('volumes[].emptyDir.sizeLimit', '0'),
  stored('containers[].resources.limits', {}),
  enforced('containers[].resources.requests'),
  stored('containers[].securityContext', {}),
  refused('containers[].securityContext.privileged', false),
  { ...stored('containers[].tty', false), note: '`-t` of exec and attach gives a session of lines, and says so' },
  refused('containers[].volumeDevices', []),
]

/** What a pod asks for that this runner does not do. */
export interface PodOutcomes {
  readonly stored: readonly string[]
  readonly refused: readonly string[]
}

/** Looks every field of a pod up in the table. The names are paths such as `spec.containers[0].resources.limits`. */
export function outcomesOf(pod: Pod, table: readonly FieldOutcome[] = PROCESS_OUTCOMES): PodOutcomes {
  const found = { stored: [] as string[], refused: [] as string[] }
  const rows = [...table, ...unknownFields(pod, table)]
  for (const row of rows) {
    if (row.outcome === 'enforced') continue
    for (const { path, value, owner } of placesOf(pod, row.field)) {
      const isNeutral = row.neutral?.some((neutral) => JSON.stringify(neutral) === JSON.stringify(value)) ?? false
      if (!isNeutral && row.about?.(value, owner, pod) !== false) found[row.outcome].push(path)
    }
  }
  return found
}

// Fields of the pod and of its containers that no row is about, nor about a part of them.
function unknownFields({ spec }: Pod, table: readonly FieldOutcome[]): FieldOutcome[] {
  const known = new Set(table.map(({ field }) => /^(containers\[\]\.)?[^.[]+/.exec(field)?.[0]))
  const containers = [...(spec.initContainers ?? []), ...spec.containers]
  const used = [
    ...Object.keys(spec),
    ...containers.flatMap((each) => Object.keys(each).map((name) => `containers[].${name}`)),
  ]
  return [...new Set(used)].filter((field) => !known.has(field)).map((field) => stored(field))
}

interface Place {
  readonly path: string
  readonly value: unknown
  /** What the field belongs to. */
  readonly owner: Readonly<Record<string, unknown>>
}

function placesOf({ spec }: Pod, field: string): Place[] {
  const roots = field.startsWith('containers[]') ? [field.replace('containers', 'initContainers'), field] : [field]
  return roots.flatMap((root) => {
    let places: Place[] = [{ path: 'spec', value: spec, owner: spec }]
    for (const part of root.split('.')) places = places.flatMap((place) => partsOf(place, part))
    return places
  })
}

function partsOf({ path, value }: Place, part: string): Place[] {
  if (!isRecord(value)) return []
  const name = part.replace('[]', '')
  const found = value[name]
  if (found === undefined || found === null) return []
  if (!part.endsWith('[]')) return [{ path: `${path}.${name}`, value: found, owner: value }]
  if (!Array.isArray(found)) return []
  return found.map((each: unknown, index) => ({ path: `${path}.${name}[${index}]`, value: each, owner: value }))
}
