import { formatLabelSelector, type KubeObject, type LabelSelectorSpec } from '@slipway/objects'
import { ageOf } from './duration.ts'
import { number, record, records, text } from './read.ts'
import { column, type Printer } from './table.ts'

const name = (object: KubeObject): string => object.metadata.name ?? ''
const age = (object: KubeObject, now: number): string => ageOf(object.metadata.creationTimestamp, now)

const podDisruptionBudget: Printer = {
  columns: [
    column('Name'),
    column('Min Available'),
    column('Max Unavailable'),
    column('Allowed Disruptions', { type: 'integer' }),
    column('Age'),
  ],
  cells: (object, now) => [
    name(object),
    text(object, 'spec', 'minAvailable') || 'N/A',
    text(object, 'spec', 'maxUnavailable') || 'N/A',
    number(object, 'status', 'disruptionsAllowed'),
    age(object, now),
  ],
}

const networkPolicy: Printer = {
  columns: [column('Name'), column('Pod-Selector'), column('Age')],
  cells: (object, now) => [
    name(object),
    formatLabelSelector(record(object, 'spec')['podSelector'] as LabelSelectorSpec | undefined),
    age(object, now),
  ],
}

const resourceQuota: Printer = {
  columns: [column('Name'), column('Request'), column('Limit'), column('Age')],
  cells: (object, now) => {
    const hard = record(object, 'status', 'hard')
    const used = record(object, 'status', 'used')
    const show = (limits: boolean): string =>
      Object.keys(hard)
        .filter((resource) => resource.startsWith('limits.') === limits)
        .sort()
        .map((resource) => `${resource}: ${String(used[resource] ?? '0')}/${String(hard[resource])}`)
        .join(', ')
    return [name(object), show(false), show(true), age(object, now)]
  },
}

const subjectsOf = (object: KubeObject, kind: string): string =>
  records(object, 'subjects')
    .filter((subject) => subject['kind'] === kind)
    .map((subject) =>
      kind === 'ServiceAccount' ? `${text(subject, 'namespace')}/${text(subject, 'name')}` : text(subject, 'name'),
    )
    .join(', ')

const roleBinding: Printer = {
  columns: [
    column('Name'),
    column('Role'),
    column('Age'),
    column('Users', { wide: true }),
    column('Groups', { wide: true }),
    column('ServiceAccounts', { wide: true }),
  ],
  cells: (object, now) => [
    name(object),
    `${text(object, 'roleRef', 'kind')}/${text(object, 'roleRef', 'name')}`,
    age(object, now),
    subjectsOf(object, 'User'),
    subjectsOf(object, 'Group'),
    subjectsOf(object, 'ServiceAccount'),
  ],
}

const priorityClass: Printer = {
  columns: [
    column('Name'),
    column('Value', { type: 'integer' }),
    column('Global-Default', { type: 'boolean' }),
    column('Age'),
    column('PreemptionPolicy'),
  ],
  cells: (object, now) => [
    name(object),
    Number(object['value'] ?? 0),
    object['globalDefault'] === true,
    age(object, now),
    text(object, 'preemptionPolicy'),
  ],
}

const storageClass: Printer = {
  columns: [
    column('Name'),
    column('Provisioner'),
    column('ReclaimPolicy'),
    column('VolumeBindingMode'),
    column('AllowVolumeExpansion'),
    column('Age'),
  ],
  cells: (object, now) => [
    object.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'
      ? `${name(object)} (default)`
      : name(object),
    text(object, 'provisioner'),
    text(object, 'reclaimPolicy'),
    text(object, 'volumeBindingMode'),
    object['allowVolumeExpansion'] === true,
    age(object, now),
  ],
}

const lease: Printer = {
  columns: [column('Name'), column('Holder'), column('Age')],
  cells: (object, now) => [name(object), text(object, 'spec', 'holderIdentity'), age(object, now)],
}

export const policyPrinters: Readonly<Record<string, Printer>> = {
  'poddisruptionbudgets.policy': podDisruptionBudget,
  'networkpolicies.networking.k8s.io': networkPolicy,
  resourcequotas: resourceQuota,
  'rolebindings.rbac.authorization.k8s.io': roleBinding,
  'clusterrolebindings.rbac.authorization.k8s.io': roleBinding,
  'priorityclasses.scheduling.k8s.io': priorityClass,
  'storageclasses.storage.k8s.io': storageClass,
  'leases.coordination.k8s.io': lease,
}
