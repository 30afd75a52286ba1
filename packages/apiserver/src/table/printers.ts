import type { ResourceDefinition } from '../registry/definition.ts'
import { configPrinters } from './config.ts'
import { customPrinter } from './custom.ts'
import { ageOf } from './duration.ts'
import { podPrinters } from './pods.ts'
import { policyPrinters } from './policy.ts'
import { number } from './read.ts'
import { column, type Printer } from './table.ts'
import { workloadPrinters } from './workloads.ts'

const BUILT_IN: Readonly<Record<string, Printer>> = {
  ...podPrinters,
  ...workloadPrinters,
  ...configPrinters,
  ...policyPrinters,
}

const NAME_AND_AGE: Printer = {
  columns: [column('Name'), column('Age')],
  cells: (object, now) => [object.metadata.name ?? '', ageOf(object.metadata.creationTimestamp, now)],
}

const CREATED_AT: Printer = {
  columns: [column('Name'), column('Created At', { type: 'date' })],
  cells: (object) => [object.metadata.name ?? '', object.metadata.creationTimestamp ?? null],
}

// Kinds without a printer of their own in k8s.io/kubernetes/pkg/printers/internalversion show when they were created.
const WITH_CREATED_AT = new Set([
  'limitranges',
  'roles.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
])

const scale: Printer = {
  columns: [
    column('Name'),
    column('Desired', { type: 'integer' }),
    column('Available', { type: 'integer' }),
    column('Age'),
  ],
  cells: (object, now) => [
    object.metadata.name ?? '',
    number(object, 'spec', 'replicas'),
    number(object, 'status', 'replicas'),
    ageOf(object.metadata.creationTimestamp, now),
  ],
}

/** How a resource, or one of its subresources, is printed as a table. */
export function printerOf(resource: ResourceDefinition, subresource = ''): Printer {
  if (subresource === 'scale') return scale
  if (resource.custom !== undefined) return customPrinter(resource.custom.columns)
  const name = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
  return BUILT_IN[name] ?? (WITH_CREATED_AT.has(name) ? CREATED_AT : NAME_AND_AGE)
}
