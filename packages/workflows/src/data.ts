import { data } from '@actions/expressions'
import type { Data } from './types.ts'

/** Makes the dictionary that a map of values becomes: dictionaries differ in what they say of a missing member. */
export type MakeDictionary = () => data.Dictionary

/** Plain data as the expression language's own values; `make` gives the dictionary of each map. */
export function toExpressionData(value: Data, make: MakeDictionary): data.ExpressionData {
  if (value === null) return new data.Null()
  if (typeof value === 'string') return new data.StringData(value)
  if (typeof value === 'number') return new data.NumberData(value)
  if (typeof value === 'boolean') return new data.BooleanData(value)
  if (isList(value)) return new data.Array(...value.map((item) => toExpressionData(item, make)))
  const map = make()
  for (const [key, member] of Object.entries(value)) map.add(key, toExpressionData(member, make))
  return map
}

function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value)
}
