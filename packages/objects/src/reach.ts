import { elementOf, type FieldInfo, typeNamed, type TypeInfo } from './schema.ts'

/** A field that is of interest, or whose type leads to such fields. */
export interface Lead {
  readonly name: string
  readonly field: FieldInfo
  /** The type of the field, or of its elements; undefined where nothing of interest lies below. */
  readonly below: TypeInfo | undefined
}

/**
 * Finds fields of interest in types: most types have few of them or none, and every object that is written is looked through for them. The answers for a type are
 * worked out once.
 */
export function leadsTo(isWanted: (field: FieldInfo) => boolean): (type: TypeInfo) => readonly Lead[] {
  const known = new Map<TypeInfo, readonly Lead[]>()
  const barren = new Set<TypeInfo>()
  return (type) => {
    const before = known.get(type)
    if (before !== undefined) return before
    const leads = [...type.fields].flatMap(([name, field]): Lead[] => {
      const struct = structOf(field)
      const below = struct !== undefined && isFertile(struct, isWanted, barren) ? struct : undefined
      return below === undefined && !isWanted(field) ? [] : [{ name, field, below }]
    })
    known.set(type, leads)
    return leads
  }
}

// Types may contain themselves. Where nothing is found, nothing is found from any type on the way either.
function isFertile(type: TypeInfo, isWanted: (field: FieldInfo) => boolean, barren: Set<TypeInfo>): boolean {
  const found = new Set([type])
  for (const one of found) {
    if (barren.has(one)) continue
    for (const field of one.fields.values()) {
      if (isWanted(field)) return true
      const struct = structOf(field)
      if (struct !== undefined) found.add(struct)
    }
  }
  for (const one of found) barren.add(one)
  return false
}

function structOf(field: FieldInfo): TypeInfo | undefined {
  return typeNamed(elementOf(field.type) ?? field.type)
}
