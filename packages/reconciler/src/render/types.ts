import type { ApplicationSource } from '@slipway/argo'
import type { Origins, SourceTree } from '@slipway/diag'
import type { KubeObject } from '@slipway/objects'

/** A desired object before Argo CD adds anything to it. */
export interface RenderedObject {
  readonly object: KubeObject
  /** Where its fields come from, when the renderer knows. */
  readonly origins?: Origins | undefined
}

/** What renders a source; `status.sourceType` says it. */
export type SourceType = 'Helm' | 'Kustomize' | 'Directory'

/** One source to render. */
export interface RenderRequest {
  readonly tree: SourceTree
  readonly source: ApplicationSource
  /** The commit of the tree. */
  readonly revision: string
  readonly application: { readonly name: string; readonly namespace: string; readonly project: string }
  /** The destination namespace. */
  readonly namespace: string
  /** Trees of sources with `ref`, by that name. */
  readonly refs: ReadonlyMap<string, SourceTree>
  /** Without `v`: `1.36.3`. */
  readonly kubeVersion: string
  /** API versions of the cluster: `apps/v1`, `apps/v1/Deployment`. */
  readonly apiVersions: readonly string[]
}

/** What a source renders to, in order. */
export interface RenderResult {
  readonly type: SourceType
  readonly objects: readonly RenderedObject[]
  readonly warnings?: readonly string[]
  /** False where another rendering of the same files may give something else: by chance, or by the time. */
  readonly isRepeatable?: boolean
}

/** Renders one source; throws ReconcilerError with Argo CD's message. */
export type Render = (request: RenderRequest) => Promise<RenderResult>
