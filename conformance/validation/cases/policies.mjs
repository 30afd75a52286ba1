import { casesOf } from '../lib/cases.mjs'

const network = casesOf('NetworkPolicy', { spec: { podSelector: {} } })
const budget = casesOf('PodDisruptionBudget', { spec: { selector: { matchLabels: { a: 'b' } } } })
const quota = casesOf('ResourceQuota')
const range = casesOf('LimitRange')
const priority = casesOf('PriorityClass')
const lease = casesOf('Lease')
const port = (value) => ({ ingress: [{ ports: [value] }] })
const from = (value) => ({ ingress: [{ from: [value] }] })
const limits = (...all) => ({ limits: all })
const scoped = (expression) => ({ hard: { pods: '1' }, scopeSelector: { matchExpressions: [expression] } })

export const cases = [
  network.spec('a policy', { ...port({ port: 80 }), policyTypes: ['Ingress'] }),
  network.spec('a port out of range', port({ port: 99999999 })),
  network.spec('a bad port name', port({ port: 'a--b' })),
  network.spec('a port name without letters', port({ port: '12' })),
  network.spec('a long port name', port({ port: 'abcdefghijklmnopq' })),
  network.spec('an unknown protocol', port({ port: 80, protocol: 'X' })),
  network.spec('ports backwards', port({ port: 80, endPort: 70 })),
  network.spec('an end without a port', port({ endPort: 70 })),
  network.spec('an end after a name', port({ port: 'web', endPort: 70 })),
  network.spec('an end out of range', port({ port: 80, endPort: 70000 })),
  network.spec('nobody', from({})),
  network.spec('a bad block', from({ ipBlock: { cidr: '10.0.0.0/99' } })),
  network.spec('no block', from({ ipBlock: { cidr: '' } })),
  network.spec('no prefix', from({ ipBlock: { cidr: '10.0.0.1' } })),
  network.spec('a block outside', from({ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16', 'x'] } })),
  network.spec('a block as large', from({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } })),
  network.spec('a block and pods', from({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} })),
  network.spec(
    'bad selectors',
    from({ podSelector: { matchExpressions: [{ key: '', operator: 'Exists', values: ['a'] }] } }),
  ),
  network.spec('an egress out of range', { egress: [{ ports: [{ port: 0 }], to: [{}] }] }),
  network.spec('unknown types', { policyTypes: ['X'] }),
  network.spec('three types', { policyTypes: ['Ingress', 'Egress', 'Ingress'] }),
  network.spec('a bad label', { podSelector: { matchLabels: { 'a b': 'c' } } }),
  network.spec('a bad label value', { podSelector: { matchLabels: { a: 'c d' } } }),

  budget.spec('a budget', { minAvailable: 1 }),
  budget.spec('a negative number', { minAvailable: -1 }),
  budget.spec('more than all', { minAvailable: '101%' }),
  budget.spec('no percentage', { maxUnavailable: 'x' }),
  budget.spec('a negative percentage', { maxUnavailable: '-1%' }),
  budget.spec('both', { minAvailable: 1, maxUnavailable: 1 }),
  budget.spec('an unknown eviction policy', { minAvailable: 1, unhealthyPodEvictionPolicy: 'X' }),
  budget.spec('a budget with a bad selector', {
    minAvailable: 1,
    selector: { matchExpressions: [{ key: 'a', operator: 'X' }] },
  }),
  budget.changeSpec('a number later', { minAvailable: 1 }, { minAvailable: 2 }),

  quota.spec('a quota', { hard: { pods: '1', 'requests.cpu': '1', 'count/deployments.apps': '1' } }),
  quota.spec('a negative quota', { hard: { pods: '-1' } }),
  quota.spec('half a pod', { hard: { pods: '500m' } }),
  quota.spec('a quota of nothing known', { hard: { foo: '1' } }),
  quota.spec('a quota of a bad name', { hard: { 'a b': '1' } }),
  quota.spec('a quota of a class', { hard: { 'gold.storageclass.storage.k8s.io/requests.storage': '1Gi' } }),
  quota.spec('an unknown scope', { hard: { pods: '1' }, scopes: ['X'] }),
  quota.spec('two scopes', { hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] }),
  quota.spec('a scope of others', { hard: { 'requests.cpu': '1' }, scopes: ['BestEffort'] }),
  quota.spec('a scope selector', scoped({ scopeName: 'PriorityClass', operator: 'In', values: ['a'] })),
  quota.spec('a scope without values', scoped({ scopeName: 'PriorityClass', operator: 'In' })),
  quota.spec('a scope with values', scoped({ scopeName: 'PriorityClass', operator: 'Exists', values: ['a'] })),
  quota.spec('a scope that only exists', scoped({ scopeName: 'Terminating', operator: 'In', values: ['a'] })),
  quota.spec('an unknown operator', scoped({ scopeName: 'PriorityClass', operator: 'X' })),
  quota.spec('an unknown scope name', scoped({ scopeName: 'X', operator: 'Exists' })),
  quota.changeSpec('other scopes', { hard: { pods: '1' }, scopes: ['BestEffort'] }, { scopes: ['NotBestEffort'] }),
  quota.changeSpec('another quota', { hard: { pods: '1' } }, { hard: { pods: '2' } }),

  range.spec('a range', limits({ type: 'Container', min: { cpu: '1' }, max: { cpu: '2' } })),
  range.spec('more than the most', limits({ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } })),
  range.spec('an unknown type', limits({ type: 'X' })),
  range.spec('a type of a domain', limits({ type: 'a.b/X', max: { foo: '1' } })),
  range.spec('a bad type', limits({ type: 'a b' })),
  range.spec('a type twice', limits({ type: 'Pod', max: { cpu: '1' } }, { type: 'Pod', max: { cpu: '1' } })),
  range.spec('defaults of pods', limits({ type: 'Pod', default: { cpu: '1' }, defaultRequest: { cpu: '1' } })),
  range.spec('an unknown resource', limits({ type: 'Container', max: { foo: '1' } })),
  range.spec('claims without storage', limits({ type: 'PersistentVolumeClaim', max: { cpu: '1' } })),
  range.spec(
    'a request above the limit',
    limits({ type: 'Container', default: { cpu: '1' }, defaultRequest: { cpu: '2' } }),
  ),
  range.spec(
    'a default above the most',
    limits({ type: 'Container', default: { cpu: '3' }, defaultRequest: { cpu: '3' }, max: { cpu: '2' } }),
  ),
  range.spec(
    'a default below the least',
    limits({ type: 'Container', default: { cpu: '1' }, defaultRequest: { cpu: '1' }, min: { cpu: '2' } }),
  ),
  range.spec('a ratio below one', limits({ type: 'Container', maxLimitRequestRatio: { cpu: '500m' } })),
  range.spec(
    'a ratio that cannot be',
    limits({ type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } }),
  ),
  range.spec(
    'graphics unequal',
    limits({ type: 'Container', default: { 'a.b/gpu': '2' }, defaultRequest: { 'a.b/gpu': '1' } }),
  ),

  priority.make('a priority', { value: 5 }),
  priority.make('a priority too high', { value: 2000000001 }),
  priority.make('a system class', { metadata: { name: 'system-x' }, value: 5 }),
  priority.make('the value of a system class', { metadata: { name: 'system-node-critical' }, value: 5 }),
  priority.make('an unknown preemption', { value: 5, preemptionPolicy: 'X' }),
  priority.make('a default', { value: 5, globalDefault: true }),
  priority.change('another value', { value: 5 }, { value: 6 }),
  priority.change('another preemption', { value: 5 }, { preemptionPolicy: 'Never' }),
  priority.change('another description', { value: 5 }, { description: 'x' }),

  lease.spec('a lease', { leaseDurationSeconds: 1, leaseTransitions: 0 }),
  lease.spec('a negative duration', { leaseDurationSeconds: -1, leaseTransitions: -1 }),
  lease.spec('no duration', { leaseDurationSeconds: 0 }),
  lease.spec('an unknown strategy', { strategy: 'X', preferredHolder: 'y' }),
  lease.spec('a holder without a strategy', { preferredHolder: 'y' }),
  lease.spec('a strategy of a bad name', { strategy: 'a b/c' }),
]
