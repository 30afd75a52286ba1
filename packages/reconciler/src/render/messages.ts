import type { Diagnostic } from '@slipway/diag'
import type { KubeObject } from '@slipway/objects'
import type { TreeCopy } from './copy.ts'
import type { RenderRequest, SourceType } from './types.ts'

/** What the thread is started with. */
export interface ThreadData {
  /** Load what renders now, and not with the first request. */
  readonly eager: boolean
}

/** A request on its way to the rendering thread: trees by key, and those that the thread does not have yet. */
export interface ThreadRequest {
  readonly id: number
  readonly request: Omit<RenderRequest, 'tree' | 'refs'>
  readonly tree: string
  readonly refs: readonly (readonly [name: string, key: string])[]
  readonly trees: Readonly<Record<string, TreeCopy>>
}

/** What comes back: objects without origins, or the error as data. */
export type ThreadAnswer =
  | {
      readonly id: number
      readonly type: SourceType
      readonly objects: readonly KubeObject[]
      readonly warnings: readonly string[]
    }
  | { readonly id: number; readonly fault: ThreadFault }

/** An error as data. */
export interface ThreadFault {
  readonly code: string | undefined
  readonly message: string
  readonly hint: string | undefined
  readonly rpc: string | undefined
  readonly diagnostic: Diagnostic | undefined
}
