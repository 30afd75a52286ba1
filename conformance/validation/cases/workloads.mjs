import { casesOf } from '../lib/cases.mjs'

const pod = { containers: [{ name: 'c', image: 'i' }] }
const never = { ...pod, restartPolicy: 'Never' }
const labels = { a: 'b' }
const template = { metadata: { labels }, spec: pod }
const owned = { spec: { selector: { matchLabels: labels }, template } }
const deployment = casesOf('Deployment', owned)
const replicaSet = casesOf('ReplicaSet', owned)
const daemonSet = casesOf('DaemonSet', owned)
const stateful = casesOf('StatefulSet', owned)
const controller = casesOf('ReplicationController', { spec: { selector: labels, template } })
const job = casesOf('Job', { spec: { template: { spec: never } } })
const jobTemplate = { spec: { template: { spec: never } } }
const cron = casesOf('CronJob', { spec: { schedule: '* * * * *', jobTemplate } })
const revision = casesOf('ControllerRevision')
const podTemplate = casesOf('PodTemplate')
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' }
const scaler = casesOf('HorizontalPodAutoscaler', { spec: { maxReplicas: 2, scaleTargetRef: target } })
const rolling = (rollingUpdate) => ({ strategy: { type: 'RollingUpdate', rollingUpdate } })
const withSpec = (spec) => ({ template: { metadata: { labels }, spec: { ...pod, ...spec } } })
const claim = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } },
}
const failing = (...rules) => ({ podFailurePolicy: { rules } })
const onCodes = (onExitCodes) => failing({ action: 'FailJob', onExitCodes })
const indexed = { completionMode: 'Indexed', completions: 3 }
const metric = (...metrics) => ({ metrics })
const cpu = (value) => metric({ type: 'Resource', resource: { name: 'cpu', target: value } })
const down = (scaleDown) => ({ behavior: { scaleDown } })

const ofOwners = Object.entries({
  'a Deployment': deployment,
  'a ReplicaSet': replicaSet,
  'a DaemonSet': daemonSet,
  'a StatefulSet': stateful,
}).flatMap(([noun, kind]) => [
  kind.spec(noun, {}),
  kind.make(`${noun} without a selector`, { spec: { template } }),
  kind.spec(`${noun} with an empty selector`, { selector: {} }),
  kind.spec(`${noun} with a bad selector`, { selector: { matchExpressions: [{ key: 'a', operator: 'X' }] } }),
  kind.spec(`${noun} with a bad selector value`, { selector: { matchLabels: { a: 'b c' } } }),
  kind.spec(`${noun} whose selector does not match`, { selector: { matchLabels: { a: 'c' } } }),
  kind.spec(`${noun} that does not restart`, withSpec({ restartPolicy: 'Never' })),
  kind.spec(`${noun} with a deadline`, withSpec({ activeDeadlineSeconds: 5 })),
  kind.spec(`${noun} without containers`, withSpec({ containers: [] })),
  kind.spec(`${noun} with a bad label`, { template: { metadata: { labels: { ...labels, 'x y': 'z' } }, spec: pod } }),
  kind.spec(`${noun} with a bad annotation`, {
    template: { metadata: { labels, annotations: { 'x y': 'z' } }, spec: pod },
  }),
  kind.changeSpec(
    `${noun} with another selector`,
    {},
    { selector: { matchLabels: { c: 'd' } }, template: { metadata: { labels: { c: 'd' } } } },
  ),
  kind.changeSpec(
    `${noun} with another image`,
    {},
    { template: { spec: { containers: [{ name: 'c', image: 'j' }] } } },
  ),
  kind.spec(`${noun} with negative numbers`, {
    replicas: -1,
    minReadySeconds: -1,
    revisionHistoryLimit: -1,
    progressDeadlineSeconds: -1,
  }),
])

export const cases = [
  ...ofOwners,
  deployment.spec('rolling of nothing', rolling({ maxSurge: 0, maxUnavailable: 0 })),
  deployment.spec('rolling by no percentage', rolling({ maxSurge: 'x', maxUnavailable: 'y' })),
  deployment.spec('rolling by more than all', rolling({ maxSurge: '150%', maxUnavailable: '150%' })),
  deployment.spec('rolling by less than nothing', rolling({ maxSurge: -1, maxUnavailable: -1 })),
  deployment.spec('rolling by no percent', rolling({ maxSurge: '0%', maxUnavailable: '0%' })),
  deployment.spec('an unknown strategy', { strategy: { type: 'X' } }),
  deployment.spec('recreate with rolling', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
  deployment.spec('a deadline too short', { minReadySeconds: 10, progressDeadlineSeconds: 10 }),
  daemonSet.spec('an unknown strategy of a DaemonSet', { updateStrategy: { type: 'X' } }),
  daemonSet.spec('both of a DaemonSet', {
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
  }),
  daemonSet.spec('none of a DaemonSet', {
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
  }),
  stateful.spec('an unknown order', { podManagementPolicy: 'X' }),
  stateful.spec('an unknown strategy of a StatefulSet', { updateStrategy: { type: 'X' } }),
  stateful.spec('a negative partition', {
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: -1 } },
  }),
  stateful.spec('rolling on delete', { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } }),
  stateful.spec('an unknown retention', {
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'X', whenScaled: 'Y' },
  }),
  stateful.spec('a bad service name', { serviceName: 'A_b' }),
  stateful.spec('a negative start', { ordinals: { start: -1 } }),
  stateful.spec('a claim of nothing', { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] }),
  stateful.spec('a claim that is mounted', {
    volumeClaimTemplates: [claim],
    ...withSpec({ containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'data', mountPath: '/x' }] }] }),
  }),
  stateful.make('a name with a dot', { metadata: { name: 'a.b' }, ...owned }),
  stateful.changeSpec('another service name', { serviceName: 'x' }, { serviceName: 'y' }),
  stateful.changeSpec('other claims', { volumeClaimTemplates: [claim] }, { volumeClaimTemplates: [] }),
  stateful.changeSpec('another order', {}, { podManagementPolicy: 'Parallel' }),
  stateful.changeSpec('other ordinals', {}, { ordinals: { start: 5 } }),
  controller.spec('a controller', {}),
  controller.make('a controller without a template', { spec: { selector: labels } }),
  controller.make('a controller without a selector', { spec: { template: { spec: pod } } }),
  controller.spec('a controller whose selector does not match', { selector: { a: 'c' } }),
  controller.spec('a controller that does not restart', { replicas: -1, ...withSpec({ restartPolicy: 'Never' }) }),

  job.spec('a job', {}),
  job.spec('negative numbers', {
    parallelism: -1,
    completions: -1,
    backoffLimit: -1,
    activeDeadlineSeconds: -1,
    ttlSecondsAfterFinished: -1,
  }),
  job.spec('an indexed job without completions', { completionMode: 'Indexed' }),
  job.spec('an indexed job of two at a time without completions', { completionMode: 'Indexed', parallelism: 2 }),
  job.spec('an unknown mode', { completionMode: 'X' }),
  job.spec('indexed limits without indexes', { backoffLimitPerIndex: 1, maxFailedIndexes: 1 }),
  job.spec('failed indexes without a limit', { ...indexed, maxFailedIndexes: 1 }),
  job.spec('more failed indexes than indexes', { ...indexed, backoffLimitPerIndex: 1, maxFailedIndexes: 9 }),
  job.spec('a job that always restarts', { template: { spec: pod } }),
  job.spec('a job that restarts in an unknown way', { template: { spec: { ...pod, restartPolicy: 'X' } } }),
  job.spec('a failure policy of a job that restarts', {
    template: { spec: { ...pod, restartPolicy: 'OnFailure' } },
    ...onCodes({ operator: 'In', values: [1] }),
  }),
  job.spec('a failure policy', onCodes({ operator: 'In', values: [1] })),
  job.spec('a failure policy without values', onCodes({ operator: 'In', values: [] })),
  job.spec('a failure policy of values in disorder', onCodes({ operator: 'In', values: [2, 1, 1, 0] })),
  job.spec('a failure policy of an unknown container', onCodes({ operator: 'In', values: [1], containerName: 'x' })),
  job.spec('a failure policy of an unknown operator', onCodes({ operator: 'X', values: [1] })),
  job.spec(
    'a failure policy of an unknown action',
    failing({ action: 'X', onExitCodes: { operator: 'In', values: [1] } }),
  ),
  job.spec('a failure policy of nothing', failing({ action: 'Ignore' })),
  job.spec(
    'a failure policy of both',
    failing({
      action: 'Ignore',
      onExitCodes: { operator: 'In', values: [1] },
      onPodConditions: [{ type: 'Ready', status: 'True' }],
    }),
  ),
  job.spec(
    'a failure policy of a bad condition',
    failing({ action: 'Ignore', onPodConditions: [{ type: 'a b', status: 'X' }] }),
  ),
  job.spec(
    'failing an index without indexes',
    failing({ action: 'FailIndex', onExitCodes: { operator: 'In', values: [1] } }),
  ),
  job.spec('a success policy without indexes', { successPolicy: { rules: [{ succeededCount: 1 }] } }),
  job.spec('a success policy', {
    ...indexed,
    successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] },
  }),
  job.spec('a success policy of nothing', { ...indexed, successPolicy: { rules: [] } }),
  job.spec('an empty success rule', { ...indexed, successPolicy: { rules: [{}] } }),
  job.spec('a success policy of bad indexes', {
    ...indexed,
    successPolicy: {
      rules: [
        { succeededIndexes: 'x' },
        { succeededIndexes: '0-9' },
        { succeededIndexes: '1,0' },
        { succeededIndexes: '1-0' },
        { succeededIndexes: '0-1-2' },
      ],
    },
  }),
  job.spec('a success policy of too many', {
    ...indexed,
    successPolicy: {
      rules: [{ succeededCount: 9 }, { succeededIndexes: '0', succeededCount: 2 }, { succeededCount: -1 }],
    },
  }),
  job.spec('an unknown replacement', { podReplacementPolicy: 'X' }),
  job.spec('a replacement that a failure policy excludes', {
    ...onCodes({ operator: 'In', values: [1] }),
    podReplacementPolicy: 'TerminatingOrFailed',
  }),
  job.spec('a manager without a domain', { managedBy: 'x' }),
  job.spec('a manager', { managedBy: 'a.b/c' }),
  job.spec('a selector of its own', { selector: { matchLabels: labels } }),
  job.spec('a manual selector', {
    manualSelector: true,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: never },
  }),
  job.spec('a manual selector that does not match', { manualSelector: true, selector: { matchLabels: labels } }),
  job.make('a name too long for its pods', {
    metadata: { name: 'a'.repeat(63) },
    spec: { ...indexed, template: { spec: never } },
  }),
  job.changeSpec('another template', {}, { template: { spec: { containers: [{ name: 'c', image: 'j' }] } } }),
  job.changeSpec(
    'another template of a suspended job',
    { suspend: true },
    { template: { spec: { containers: [{ name: 'c', image: 'j' }] } } },
  ),
  job.changeSpec(
    'another node of a suspended job',
    { suspend: true },
    { template: { spec: { nodeSelector: { a: 'b' } } } },
  ),
  job.changeSpec('other completions', {}, { completions: 5 }),
  job.changeSpec('other indexed completions', { ...indexed, parallelism: 3 }, { completions: 5 }),
  job.changeSpec(
    'other indexed completions and parallelism',
    { ...indexed, parallelism: 3 },
    { completions: 5, parallelism: 5 },
  ),
  job.changeSpec('another mode', { completions: 1 }, { completionMode: 'Indexed' }),
  job.changeSpec('another parallelism', {}, { parallelism: 5 }),
  job.changeSpec('another manager', {}, { managedBy: 'a.b/c' }),
  job.changeSpec('a limit per index later', { ...indexed }, { backoffLimitPerIndex: 5 }),

  cron.spec('a cron job', {}),
  cron.spec('no schedule', { schedule: '' }),
  cron.spec('a bad schedule', { schedule: 'x' }),
  cron.spec('a minute too many', { schedule: '60 * * * *' }),
  cron.spec('a zone in the schedule', { schedule: 'TZ=UTC * * * * *' }),
  cron.spec('an unknown zone', { timeZone: 'Mars/X' }),
  cron.spec('a local zone', { timeZone: 'Local' }),
  cron.spec('an empty zone', { timeZone: '' }),
  cron.spec('a bad zone', { timeZone: '../x' }),
  cron.spec('a zone', { timeZone: 'Europe/Berlin' }),
  cron.spec('an unknown policy', { concurrencyPolicy: 'X' }),
  cron.spec('negative limits', {
    startingDeadlineSeconds: -1,
    successfulJobsHistoryLimit: -1,
    failedJobsHistoryLimit: -1,
  }),
  cron.spec('a selector', {
    jobTemplate: { spec: { selector: { matchLabels: labels }, manualSelector: true, template: { spec: never } } },
  }),
  cron.spec('a job that always restarts', { jobTemplate: { spec: { template: { spec: pod } } } }),
  cron.make('a name of 53 characters', {
    metadata: { name: 'n'.repeat(53) },
    spec: { schedule: '* * * * *', jobTemplate },
  }),
  cron.make('a name of 52 characters', {
    metadata: { name: 'n'.repeat(52) },
    spec: { schedule: '* * * * *', jobTemplate },
  }),
  cron.changeSpec('another schedule', {}, { schedule: '0 * * * *' }),

  scaler.spec('a scaler', {}),
  scaler.spec('no most', { maxReplicas: 0 }),
  scaler.spec('a negative most', { maxReplicas: -1 }),
  scaler.spec('a least of nothing', { minReplicas: 0 }),
  scaler.spec('more than the most', { minReplicas: 5 }),
  scaler.spec('a target of nothing', { scaleTargetRef: { kind: '', name: '' } }),
  scaler.spec('a target without a group', { scaleTargetRef: { apiVersion: 'v1', kind: 'Pod', name: 'x' } }),
  scaler.spec('a target in a bad version', { scaleTargetRef: { apiVersion: 'a/b/c', kind: 'Pod', name: 'x/y' } }),
  scaler.spec('a metric of no type', metric({})),
  scaler.spec('a metric of an unknown type', metric({ type: 'X' })),
  scaler.spec('a resource of nothing', metric({ type: 'Resource' })),
  scaler.spec('a resource without target', cpu({ type: '' })),
  scaler.spec('a resource with both targets', cpu({ type: 'Utilization', averageUtilization: 50, averageValue: '1' })),
  scaler.spec('a resource without use', cpu({ type: 'Utilization', averageUtilization: 0 })),
  scaler.spec('a resource of a negative value', cpu({ type: 'AverageValue', averageValue: '-1' })),
  scaler.spec('a resource of an unknown target', cpu({ type: 'X', averageValue: '1' })),
  scaler.spec(
    'pods without a value',
    metric({ type: 'Pods', pods: { metric: { name: '' }, target: { type: 'AverageValue' } } }),
  ),
  scaler.spec(
    'an object of nothing',
    metric({
      type: 'Object',
      object: { describedObject: { kind: '', name: '' }, metric: { name: 'a/b' }, target: { type: 'Value' } },
    }),
  ),
  scaler.spec(
    'an external metric of both',
    metric({
      type: 'External',
      external: { metric: { name: 'x' }, target: { type: 'Value', value: '1', averageValue: '1' } },
    }),
  ),
  scaler.spec(
    'a container of nothing',
    metric({
      type: 'ContainerResource',
      containerResource: { name: '', container: '', target: { type: 'Utilization' } },
    }),
  ),
  scaler.spec(
    'two sources',
    metric({
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 5 } },
      pods: { metric: { name: 'x' }, target: { type: 'AverageValue', averageValue: '1' } },
    }),
  ),
  scaler.spec(
    'a window too long',
    down({ stabilizationWindowSeconds: 99999, policies: [{ type: 'Pods', value: 0, periodSeconds: 9999 }] }),
  ),
  scaler.spec(
    'a negative window',
    down({ stabilizationWindowSeconds: -1, policies: [{ type: 'X', value: 1, periodSeconds: 0 }], selectPolicy: 'X' }),
  ),
  scaler.spec('no policies', down({ policies: [] })),
  scaler.spec('a negative tolerance', down({ tolerance: '-1' })),

  revision.make('a revision', { revision: 1, data: { a: 'b' } }),
  revision.make('a revision without data', { revision: 1 }),
  revision.make('a negative revision', { revision: -1, data: {} }),
  revision.make('a revision of a list', { revision: 1, data: [] }),
  revision.change('other data of a revision', { revision: 1, data: { a: 'b' } }, { data: { a: 'c' } }),
  revision.change('another number of a revision', { revision: 1, data: { a: 'b' } }, { revision: 2 }),
  podTemplate.make('a template', { template }),
  podTemplate.make('a template of nothing', {}),
  podTemplate.make('a template without containers', { template: { spec: { containers: [] } } }),
  podTemplate.make('a template with an unknown policy', { template: { spec: { ...pod, restartPolicy: 'X' } } }),
]
