export { FunctionError, TemplateError, isLimitError } from './errors.ts'
export type { TemplateErrorCode, TemplatePlace } from './errors.ts'
export { TemplateSet } from './template.ts'
export type { MissingKey, TemplateSetOptions } from './template.ts'
export { FunctionTable } from './functions.ts'
export { fn, fnIn, go, goType, rest } from './define.ts'
export type { Codec, FunctionOptions, Param } from './define.ts'
export type { CallContext, Limits } from './exec/run.ts'
export { placeOf } from './parse/tree.ts'
export type { Tree } from './parse/tree.ts'
export * as ast from './parse/nodes.ts'
export { nodeText } from './parse/print.ts'
export {
  GoBytes,
  GoComplex,
  GoFunc,
  GoInt,
  GoMap,
  GoObject,
  GoPointer,
  GoSlice,
  GoStruct,
  goInt,
  goInt64,
  goList,
  intOf,
} from './values/value.ts'
export { appendedCapacity, grownCapacity } from './values/capacity.ts'
export type { FuncSpec, SliceOptions, Value } from './values/value.ts'
export * as types from './values/types.ts'
export type { Field, GoType, Kind, Method, TypeSpec } from './values/types.ts'
export {
  elementOf,
  indirect,
  isNil,
  isTrue,
  itemsOf,
  kindOf,
  lengthOf,
  sameValue,
  sortedKeys,
  typeName,
  typeOf,
  zeroOf,
} from './values/reflect.ts'
export { fromJs, sliceFrom, toJs } from './values/convert.ts'
export { sprint, sprintf, sprintln } from './fmt/printf.ts'
export { formatFloat, parseFloat64 } from './strconv/float.ts'
export { atoi, parseInt64, parseUint } from './strconv/int.ts'
export { quote } from './strconv/quote.ts'
export * as utf8 from './text/utf8.ts'
export * as unicode from './text/unicode.ts'
export { LazyMarks, Tagged, untag } from './track/tagged.ts'
export type { ActionPlace, CallSite, Mark, Source, Tracking, ValueRef } from './track/tagged.ts'
export { bare, mergeSources, refsOf, sourcesOf, textMarks, unionOf } from './track/marks.ts'
export { plainCall } from './track/call.ts'
export { lazyText, MarkedText, textOf } from './track/text.ts'
export { TrackedOutput } from './track/recorder.ts'
export type { TrackOptions } from './track/recorder.ts'
export type { Segment } from './track/records.ts'
