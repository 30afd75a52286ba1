import type { TreeEntry } from '@slipway/diag'
import type { MessagePort } from 'node:worker_threads'
import type { RenderRequest, RenderResult } from '../render/types.ts'

/** What a thread is started with: a port for questions about trees, and the flag that says that an answer is there. */
export interface ThreadData {
  readonly port: MessagePort
  readonly answered: SharedArrayBuffer
}

/** A rendering to do; trees stay where they are and are asked by number. */
export interface Job extends Omit<RenderRequest, 'tree' | 'refs'> {
  readonly id: number
  readonly tree: TreeName
  readonly refs: readonly (readonly [ref: string, tree: TreeName])[]
}

/** A tree on the other side. */
export interface TreeName {
  readonly tree: number
  readonly label: string
}

/** How a job ended. An error comes as its parts, since classes do not cross threads. */
export type Outcome =
  | { readonly id: number; readonly result: RenderResult }
  | { readonly id: number; readonly fault: Fault }

/** The parts of an error that a condition shows. */
export interface Fault {
  readonly message: string
  readonly rpc: string
  readonly hint: string | undefined
}

/** A question about a tree; its answer is what the method of SourceTree of that name gives. */
export interface Question {
  readonly tree: number
  readonly ask: 'stat' | 'read' | 'list' | 'readlink'
  readonly path: string
}

/** An answer to a question. */
export type Answer = Uint8Array | readonly TreeEntry[] | string | undefined
