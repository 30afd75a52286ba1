import { FunctionError } from '@slipway/gotemplate'

/** What Go says of a method call on a nil interface: `reflect.TypeOf(nil).Kind()` in most of sprig's list functions. */
export const NIL_DEREFERENCE = 'runtime error: invalid memory address or nil pointer dereference'

/** Throws what a Go function returns as error or panics with. */
export function fail(message: string): never {
  throw new FunctionError(message)
}

/** Go's panic for `s[from:to]` of a string, or nothing when the bounds are good. */
export function checkSlice(length: number, from: number, to: number): void {
  if (to < 0) fail(`runtime error: slice bounds out of range [:${int64(to)}]`)
  if (to > length) fail(`runtime error: slice bounds out of range [:${int64(to)}] with length ${length}`)
  if (from < 0) fail(`runtime error: slice bounds out of range [${int64(from)}:]`)
  if (from > to) fail(`runtime error: slice bounds out of range [${int64(from)}:${to}]`)
}

/** An offset as Go prints it: the largest int64 came as the float beside it. */
function int64(offset: number): string {
  return String(BigInt.asIntN(64, offset >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(offset)))
}
