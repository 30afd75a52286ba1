import type { KubeObject, UserInfo } from '@slipway/objects'

/** A resource of one group and version, as discovery shows it and as the handlers treat it. */
export interface ResourceDefinition {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly subresources: readonly SubresourceDefinition[]
  /** Under which group and plural objects are kept, and in which version: versions of one kind share them. */
  readonly storage: { readonly group: string; readonly plural: string; readonly version: string }
  readonly strategy: Strategy
  /** Set for resources that a CustomResourceDefinition made. */
  readonly custom?: CustomResource
}

/** A subresource, as discovery shows it. */
export interface SubresourceDefinition {
  readonly name: string
  readonly kind: string
  readonly group: string
  readonly version: string
  readonly verbs: readonly string[]
}

/** What a CustomResourceDefinition says about one of its versions. */
export interface CustomResource {
  readonly schema: Readonly<Record<string, unknown>> | undefined
  readonly preserveUnknownFields: boolean
  readonly columns: readonly CustomColumn[]
  readonly scale:
    | { readonly specReplicasPath: string; readonly statusReplicasPath: string; readonly labelSelectorPath?: string }
    | undefined
}

/** `additionalPrinterColumns` of a CustomResourceDefinition. */
export interface CustomColumn {
  readonly name: string
  readonly type: string
  readonly format?: string
  readonly description?: string
  readonly priority?: number
  readonly jsonPath: string
}

/** What the hooks of a kind see besides the object. */
export interface StrategyContext {
  readonly now: string
  readonly user: UserInfo
  readonly subresource: string
  /** Reads another object of the cluster, as service IP allocation and admission need it. */
  readonly get: (group: string, plural: string, at: { namespace: string; name: string }) => KubeObject | undefined
  readonly list: (group: string, plural: string, namespace?: string) => readonly KubeObject[]
  readonly random: () => number
}

/**
 * What is special about a kind between decoding and validation. Hooks change the object they are given, which is theirs alone; what they are given as
 * `old` is frozen.
 */
export interface Strategy {
  /** Has `spec` and `status`: `status` is written by its subresource only. */
  readonly hasStatus: boolean
  /** `metadata.generation` counts changes of everything but metadata and status. */
  readonly hasGeneration: boolean
  /** A create may carry a status. */
  readonly keepsStatusOnCreate?: boolean
  /** A change of annotations counts as a new generation. */
  readonly countsAnnotations?: boolean
  /** Clears and fills fields before validation of a new object. */
  readonly prepareForCreate?: (object: KubeObject, context: StrategyContext) => void
  /** Clears, keeps and fills fields before validation of a changed object. */
  readonly prepareForUpdate?: (object: KubeObject, old: KubeObject, context: StrategyContext) => void
  /** The same for writes to `status`. */
  readonly prepareForStatusUpdate?: (object: KubeObject, old: KubeObject, context: StrategyContext) => void
  /** Fields for field selectors besides metadata.name and metadata.namespace. */
  readonly selectableFields?: (object: KubeObject) => Readonly<Record<string, string>>
  /** What an `Update` of a missing object does: leases, endpoints and a few more are created. */
  readonly createOnUpdate?: boolean
  /** Grace period of a delete in seconds, or undefined for immediate removal. */
  readonly gracefulDelete?: (object: KubeObject, requested: number | undefined) => number | undefined
}
