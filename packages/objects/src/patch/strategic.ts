import { copyJson } from '../copy.ts'
import { deepEqual, isRecord } from '../equal.ts'
import { ObjectsError } from '../errors.ts'
import { elementOf, typeNamed, type FieldInfo, type TypeInfo } from '../schema.ts'

type Json = Record<string, unknown>

const DIRECTIVE = '$patch'
const RETAIN_KEYS = '$retainKeys'
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/'
const SET_ORDER = '$setElementOrder/'

/**
 * Applies a strategic merge patch by the types of the schema table: lists with a merge key merge by it, `$patch: delete|replace|merge`, `$retainKeys`,
 * `$deleteFromPrimitiveList` and `$setElementOrder` are obeyed. Source: k8s.io/apimachinery/pkg/util/strategicpatch. Neither argument is changed.
 *
 * @throws ObjectsError `BAD_PATCH`
 */
export function applyStrategicMergePatch(target: Json, patch: Json, type: TypeInfo): Json {
  return mergeMap(copyJson(target), copyJson(patch), type)
}

function mergeMap(target: Json, patch: Json, type: TypeInfo | undefined): Json {
  const directive = patch[DIRECTIVE]
  if (directive !== undefined) return applyMapDirective(target, patch, directive)
  retainKeys(target, patch)
  for (const [name, value] of Object.entries(patch)) {
    if (name === RETAIN_KEYS || name.startsWith(SET_ORDER)) continue
    if (name.startsWith(DELETE_PRIMITIVES)) deletePrimitives(target, name, value)
    else if (value === null) delete target[name]
    else
      target[name] = mergeValue(target[name], value, {
        field: type?.fields.get(name),
        order: patch[`${SET_ORDER}${name}`],
        name,
      })
  }
  for (const [name, order] of Object.entries(patch)) {
    if (!name.startsWith(SET_ORDER)) continue
    const field = name.slice(SET_ORDER.length)
    if (!(field in patch) && Array.isArray(target[field]) && Array.isArray(order)) {
      const original = target[field] as unknown[]
      target[field] = ordered(original, order, { key: type?.fields.get(field)?.mergeKey ?? '', original })
    }
  }
  return target
}

function applyMapDirective(target: Json, patch: Json, directive: unknown): Json {
  const { [DIRECTIVE]: _, ...rest } = patch
  if (directive === 'replace') return withoutDirectives(rest) as Json
  if (directive === 'delete') return {}
  if (directive === 'merge') return mergeMap(target, rest, undefined)
  throw new ObjectsError('BAD_PATCH', `unknown patch type found: ${String(directive)}`)
}

function mergeValue(
  target: unknown,
  patch: unknown,
  at: { field: FieldInfo | undefined; order: unknown; name: string },
): unknown {
  const { field } = at
  if (isRecord(patch)) return mergeMember(target, patch, field)
  if (!Array.isArray(patch)) return patch
  const original = Array.isArray(target) ? target : []
  const merges = field?.patchStrategy.includes('merge') === true
  if (field === undefined || !merges) return patch.filter((item) => !isDirective(item)).map(withoutDirectives)
  const key = field.mergeKey
  const merged = key === '' ? unionOf(original, patch) : mergeKeyedList(original, patch, field)
  return ordered(merged, Array.isArray(at.order) ? at.order : patch, { key, original })
}

function mergeMember(target: unknown, patch: Json, field: FieldInfo | undefined): unknown {
  const type = field === undefined ? undefined : typeNamed(elementOf(field.type) ?? field.type)
  if (field?.patchStrategy.includes('replace') === true) return withoutDirectives(patch)
  if (!isRecord(target)) return patch[DIRECTIVE] === 'delete' ? {} : mergeMap({}, patch, type)
  const isMapOfValues = field?.type.startsWith('{}') === true
  return mergeMap(target, patch, isMapOfValues ? undefined : type)
}

function mergeKeyedList(target: readonly unknown[], patch: readonly unknown[], field: FieldInfo): unknown[] {
  const type = typeNamed(elementOf(field.type) ?? '')
  const items = patch.filter(isRecord)
  if (items.some((item) => item[DIRECTIVE] === 'replace'))
    return items.filter((item) => item[DIRECTIVE] === undefined).map(withoutDirectives)
  const result = target.map((item) => item as Json)
  for (const item of items) mergeItem(result, item, { key: field.mergeKey, type })
  return result
}

function mergeItem(result: Json[], item: Json, by: { key: string; type: TypeInfo | undefined }): void {
  const value = item[by.key]
  if (value === undefined) {
    throw new ObjectsError('BAD_PATCH', `map: ${JSON.stringify(item)} does not contain declared merge key: ${by.key}`)
  }
  const index = result.findIndex((present) => deepEqual(present[by.key], value))
  if (item[DIRECTIVE] === 'delete') {
    for (let at = result.length - 1; at >= 0; at--) if (deepEqual(result[at]?.[by.key], value)) result.splice(at, 1)
    return
  }
  const present = result[index]
  if (present === undefined) result.push(mergeMap({}, item, by.type))
  else result[index] = mergeMap(present, item, by.type)
}

function retainKeys(target: Json, patch: Json): void {
  const keep = patch[RETAIN_KEYS]
  if (keep === undefined) return
  if (!Array.isArray(keep)) throw new ObjectsError('BAD_PATCH', '$retainKeys must be a list')
  for (const name of Object.keys(target)) if (!keep.includes(name)) delete target[name]
}

function deletePrimitives(target: Json, name: string, values: unknown): void {
  const field = name.slice(DELETE_PRIMITIVES.length)
  const list = target[field]
  if (!Array.isArray(list) || !Array.isArray(values)) return
  target[field] = list.filter((item) => !values.includes(item))
}

function unionOf(target: readonly unknown[], patch: readonly unknown[]): unknown[] {
  return [...target, ...patch.filter((item) => !target.includes(item))]
}

// What the patch names comes in its order; each other item comes before the first named one that it stood before, or else at the end: normalizeElementOrder of
// k8s.io/apimachinery/pkg/util/strategicpatch.
function ordered(
  list: readonly unknown[],
  order: readonly unknown[],
  by: { readonly key: string; readonly original: readonly unknown[] },
): unknown[] {
  const keyOf = (item: unknown): unknown => (by.key !== '' && isRecord(item) ? item[by.key] : item)
  const placeIn = (items: readonly unknown[]): ((item: unknown) => number) => {
    const keys = items.map(keyOf)
    return (item) => keys.findIndex((key) => deepEqual(key, keyOf(item)))
  }
  const wanted = placeIn(order)
  const before = placeIn(by.original)
  const named = list.filter((item) => wanted(item) >= 0).sort((a, b) => wanted(a) - wanted(b))
  const others = list.filter((item) => wanted(item) < 0)
  return named
    .flatMap((item) => {
      const at = before(item)
      const first = others.findIndex((other) => before(other) >= at)
      const earlier = at < 0 ? [] : others.splice(0, first < 0 ? others.length : first)
      return [...earlier, item]
    })
    .concat(others)
}

function isDirective(item: unknown): boolean {
  return isRecord(item) && Object.keys(item).length === 1 && DIRECTIVE in item
}

function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isDirective(item)).map(withoutDirectives)
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([name, member]) => !isReserved(name) && member !== null)
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutDirectives(member)]))
}

function isReserved(name: string): boolean {
  return name === DIRECTIVE || name === RETAIN_KEYS || name.startsWith(SET_ORDER) || name.startsWith(DELETE_PRIMITIVES)
}
