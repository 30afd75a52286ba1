import { deepEqual, isRecord } from '@slipway/objects'

/** Two values and the fields of them that a manager owns, as `managedFields` lists them. */
export interface OwnedSides {
  readonly fields: Record<string, unknown>
  readonly target: unknown
  readonly live: unknown
}

/** Takes the owned fields that differ out of both values, in place; keys of list items stay, so that items can still be told apart. */
export function removeDiffering({ fields, target, live }: OwnedSides): void {
  for (const [path, members] of Object.entries(fields)) {
    if (path === '.' || !isRecord(members)) continue
    if (path.startsWith('f:')) removeMember(path.slice(2), { fields: members, target, live })
    if (path.startsWith('k:')) removeFromItem(path.slice(2), { fields: members, target, live })
  }
}

function removeMember(name: string, { fields, target, live }: OwnedSides): void {
  const wanted = isRecord(target) ? target[name] : undefined
  const present = isRecord(live) ? live[name] : undefined
  if (Object.keys(fields).some((path) => path !== '.')) {
    removeDiffering({ fields, target: wanted, live: present })
    return
  }
  if (deepEqual(wanted, present)) return
  if (isRecord(target)) delete target[name]
  if (isRecord(live)) delete live[name]
}

function removeFromItem(key: string, { fields, target, live }: OwnedSides): void {
  const keys: unknown = JSON.parse(key)
  if (!isRecord(keys)) return
  const find = (list: unknown): unknown =>
    Array.isArray(list)
      ? list.find(
          (item) => isRecord(item) && Object.entries(keys).every(([name, value]) => deepEqual(item[name], value)),
        )
      : undefined
  removeDiffering({ fields, target: find(target), live: find(live) })
}
