import type { IdentifierNode } from '../parse/nodes.ts'
import type { FunctionTable } from '../functions.ts'
import { BUILTINS } from '../builtins/table.ts'
import type { GoFunc } from '../values/value.ts'
import type { SlotScope } from './scope.ts'

/** What the closures of one template are compiled in. */
export interface CompileContext {
  readonly scope: SlotScope
  readonly tracked: boolean
  /** Slots to reset before an `and`/`or` runs, by its identifier node. */
  readonly conditionalSlots: Map<IdentifierNode, readonly number[]>
  /** The function of a name: one of the table, else a built-in. */
  lookup(name: string): { readonly func: GoFunc; readonly builtin: boolean } | undefined
  /** True for the built-in `and` and `or`. */
  isShortCircuit(name: string): boolean
}

/** The context of a template body that uses the function table. */
export function compileContext(functions: FunctionTable, scope: SlotScope, tracked: boolean): CompileContext {
  const lookup: CompileContext['lookup'] = (name) => {
    const own = functions.get(name)
    if (own !== undefined) return { func: own, builtin: false }
    const builtin = BUILTINS.get(name)
    return builtin === undefined ? undefined : { func: builtin, builtin: true }
  }
  return {
    scope,
    tracked,
    conditionalSlots: new Map(),
    lookup,
    isShortCircuit: (name) => (name === 'and' || name === 'or') && lookup(name)?.builtin === true,
  }
}
