import { isRecord, type KubeObject } from '@slipway/objects'

type Entry = Record<string, unknown>

const LAST_APPLIED = 'f:kubectl.kubernetes.io/last-applied-configuration'

/**
 * The managers that applied an object from the client: those that own kubectl's annotation by an update. With one name given, that manager counts by any update
 * of its own.
 */
export function clientSideManagers(live: KubeObject, named?: string): readonly string[] {
  const updates = entriesOf(live).filter(({ operation }) => operation === 'Update')
  const found = updates.filter((entry) =>
    named === undefined ? ownsAnnotation(entry['fieldsV1']) : entry['manager'] === named,
  )
  return [...new Set(found.map(({ manager }) => String(manager)))]
}

/**
 * `metadata.managedFields` of an object after everything that some managers set by updates was handed to the one that applies server-side, so that what it does not
 * apply any more goes away. Undefined when there is nothing to hand over. Source: client-go/util/csaupgrade.
 */
export function handedOver(live: KubeObject, managers: readonly string[], to: string): readonly unknown[] | undefined {
  let entries = entriesOf(live)
  const before = entries
  for (const manager of managers) entries = handOver(entries, manager, to)
  return entries === before ? undefined : entries
}

const entriesOf = ({ metadata }: KubeObject): readonly Entry[] => (metadata.managedFields ?? []).filter(isRecord)

function ownsAnnotation(fields: unknown): boolean {
  const metadata = isRecord(fields) ? fields['f:metadata'] : undefined
  const annotations = isRecord(metadata) ? metadata['f:annotations'] : undefined
  return isRecord(annotations) && annotations[LAST_APPLIED] !== undefined
}

function handOver(entries: readonly Entry[], from: string, to: string): readonly Entry[] {
  const isFrom = (entry: Entry): boolean =>
    entry['manager'] === from && entry['operation'] === 'Update' && (entry['subresource'] ?? '') === ''
  const isTo = (entry: Entry): boolean =>
    entry['manager'] === to && entry['operation'] === 'Apply' && (entry['subresource'] ?? '') === ''
  const first = entries.find(isFrom)
  if (first === undefined) return entries
  const target = entries.find(isTo) ?? first
  // Fields of another version of the API are dropped: the two sets have nothing in common.
  const given = entries.find((entry) => isFrom(entry) && entry['apiVersion'] === target['apiVersion'])
  const fieldsV1 = union(target['fieldsV1'], given?.['fieldsV1'])
  const merged = { ...target, manager: to, operation: 'Apply', fieldsV1 }
  return entries.map((entry) => (entry === target ? merged : entry)).filter((entry) => !isFrom(entry))
}

function union(a: unknown, b: unknown): Entry {
  const result: Entry = isRecord(a) ? { ...a } : {}
  for (const [name, value] of Object.entries(isRecord(b) ? b : {})) result[name] = union(result[name], value)
  return result
}
