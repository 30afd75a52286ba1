import { formatLabelSelector, type KubeObject, type LabelSelectorSpec } from '@slipway/objects'
import { ageOf, humanDuration } from './duration.ts'
import { containersOf, number, orNone, record, records, text } from './read.ts'
import { column, type Printer } from './table.ts'

const name = (object: KubeObject): string => object.metadata.name ?? ''
const age = (object: KubeObject, now: number): string => ageOf(object.metadata.creationTimestamp, now)
const selectorOf = (object: KubeObject): string =>
  formatLabelSelector(record(object, 'spec')['selector'] as LabelSelectorSpec | undefined)
const integer = { type: 'integer' } as const
const WIDE = [column('Containers', { wide: true }), column('Images', { wide: true })]
const WIDE_SELECTOR = [...WIDE, column('Selector', { wide: true })]

const deployment: Printer = {
  columns: [
    column('Name'),
    column('Ready'),
    column('Up-to-date', integer),
    column('Available', integer),
    column('Age'),
    ...WIDE_SELECTOR,
  ],
  cells: (object, now) => [
    name(object),
    `${number(object, 'status', 'readyReplicas')}/${number(object, 'spec', 'replicas')}`,
    number(object, 'status', 'updatedReplicas'),
    number(object, 'status', 'availableReplicas'),
    age(object, now),
    ...containersOf(object),
    selectorOf(object),
  ],
}

const replicaSet: Printer = {
  columns: [
    column('Name'),
    column('Desired', integer),
    column('Current', integer),
    column('Ready', integer),
    column('Age'),
    ...WIDE_SELECTOR,
  ],
  cells: (object, now) => [
    name(object),
    number(object, 'spec', 'replicas'),
    number(object, 'status', 'replicas'),
    number(object, 'status', 'readyReplicas'),
    age(object, now),
    ...containersOf(object),
    selectorOf(object),
  ],
}

const statefulSet: Printer = {
  columns: [column('Name'), column('Ready'), column('Age'), ...WIDE],
  cells: (object, now) => [
    name(object),
    `${number(object, 'status', 'readyReplicas')}/${number(object, 'spec', 'replicas')}`,
    age(object, now),
    ...containersOf(object),
  ],
}

const daemonSet: Printer = {
  columns: [
    column('Name'),
    column('Desired', integer),
    column('Current', integer),
    column('Ready', integer),
    column('Up-to-date', integer),
    column('Available', integer),
    column('Node Selector'),
    column('Age'),
    ...WIDE_SELECTOR,
  ],
  cells: (object, now) => [
    name(object),
    number(object, 'status', 'desiredNumberScheduled'),
    number(object, 'status', 'currentNumberScheduled'),
    number(object, 'status', 'numberReady'),
    number(object, 'status', 'updatedNumberScheduled'),
    number(object, 'status', 'numberAvailable'),
    labelsText(record(object, 'spec', 'template', 'spec', 'nodeSelector')),
    age(object, now),
    ...containersOf(object),
    selectorOf(object),
  ],
}

const job: Printer = {
  columns: [
    column('Name'),
    column('Status'),
    column('Completions'),
    column('Duration'),
    column('Age'),
    ...WIDE_SELECTOR,
  ],
  cells: (object, now) => [
    name(object),
    jobStatus(object),
    completionsOf(object),
    durationOf(object, now),
    age(object, now),
    ...containersOf(object),
    selectorOf(object),
  ],
}

const cronJob: Printer = {
  columns: [
    column('Name'),
    column('Schedule'),
    column('Timezone'),
    column('Suspend', { type: 'boolean' }),
    column('Active', integer),
    column('Last Schedule'),
    column('Age'),
    ...WIDE_SELECTOR,
  ],
  cells: (object, now) => {
    const last = text(object, 'status', 'lastScheduleTime')
    const containers = records(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers')
    return [
      name(object),
      text(object, 'spec', 'schedule'),
      orNone(text(object, 'spec', 'timeZone')),
      record(object, 'spec')['suspend'] === true ? 'True' : 'False',
      records(object, 'status', 'active').length,
      last === '' ? '<none>' : ageOf(last, now),
      age(object, now),
      containers.map((container) => text(container, 'name')).join(','),
      containers.map((container) => text(container, 'image')).join(','),
      formatLabelSelector(record(object, 'spec', 'jobTemplate', 'spec')['selector'] as LabelSelectorSpec | undefined),
    ]
  },
}

const horizontalPodAutoscaler: Printer = {
  columns: [
    column('Name'),
    column('Reference'),
    column('Targets'),
    column('MinPods'),
    column('MaxPods'),
    column('Replicas', integer),
    column('Age'),
  ],
  cells: (object, now) => [
    name(object),
    `${text(object, 'spec', 'scaleTargetRef', 'kind')}/${text(object, 'spec', 'scaleTargetRef', 'name')}`,
    targetsOf(object),
    text(object, 'spec', 'minReplicas') || '<unset>',
    number(object, 'spec', 'maxReplicas'),
    number(object, 'status', 'currentReplicas'),
    age(object, now),
  ],
}

const controllerRevision: Printer = {
  columns: [column('Name'), column('Controller'), column('Revision', integer), column('Age')],
  cells: (object, now) => {
    const owner = object.metadata.ownerReferences?.find((reference) => reference.controller === true)
    return [
      name(object),
      owner === undefined ? '<none>' : `${owner.kind.toLowerCase()}.${owner.apiVersion.split('/')[0]}/${owner.name}`,
      Number(object['revision'] ?? 0),
      age(object, now),
    ]
  },
}

export const workloadPrinters: Readonly<Record<string, Printer>> = {
  'deployments.apps': deployment,
  'replicasets.apps': replicaSet,
  replicationcontrollers: replicaSet,
  'statefulsets.apps': statefulSet,
  'daemonsets.apps': daemonSet,
  'controllerrevisions.apps': controllerRevision,
  'jobs.batch': job,
  'cronjobs.batch': cronJob,
  'horizontalpodautoscalers.autoscaling': horizontalPodAutoscaler,
}

/** Labels as `a=b,c=d`, or `<none>`. */
export function labelsText(labels: Readonly<Record<string, unknown>>): string {
  return orNone(
    Object.entries(labels)
      .map(([key, value]) => `${key}=${String(value)}`)
      .sort()
      .join(','),
  )
}

function jobStatus(object: KubeObject): string {
  const conditions = records(object, 'status', 'conditions').filter((condition) => condition['status'] === 'True')
  const has = (type: string): boolean => conditions.some((condition) => condition['type'] === type)
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating'
  if (has('Suspended')) return 'Suspended'
  if (has('FailureTarget')) return 'FailureTarget'
  return has('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running'
}

function completionsOf(object: KubeObject): string {
  const spec = record(object, 'spec')
  const succeeded = number(object, 'status', 'succeeded')
  if (spec['completions'] !== undefined) return `${succeeded}/${number(spec, 'completions')}`
  const parallelism = number(spec, 'parallelism')
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function durationOf(object: KubeObject, now: number): string {
  const start = text(object, 'status', 'startTime')
  if (start === '') return ''
  const end = text(object, 'status', 'completionTime')
  return humanDuration((end === '' ? now : Date.parse(end)) - Date.parse(start))
}

function targetsOf(object: KubeObject): string {
  const current = records(object, 'status', 'currentMetrics')
  const parts = records(object, 'spec', 'metrics').map((metric, index) => {
    if (metric['type'] !== 'Resource') return `<unknown>/${text(metric, 'type')}`
    const target = record(metric, 'resource', 'target')
    const value = record(current[index], 'resource', 'current')
    const percent = target['averageUtilization'] !== undefined
    const now = percent ? value['averageUtilization'] : value['averageValue']
    const shown = now === undefined ? '<unknown>' : percent ? `${String(now)}%` : String(now)
    return `${text(metric, 'resource', 'name')}: ${shown}/${percent ? `${number(target, 'averageUtilization')}%` : text(target, 'averageValue')}`
  })
  return parts.length === 0
    ? '<none>'
    : parts.slice(0, 2).join(', ') + (parts.length > 2 ? ` + ${parts.length - 2} more...` : '')
}
