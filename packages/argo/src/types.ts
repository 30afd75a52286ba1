import type { KubeObject } from '@slipway/objects'

/** `spec.source.helm`: what is handed to `helm template`. */
export interface HelmSource {
  /** Relative to the chart, from the repository's root with a leading `/`, or `$ref/path` of another source. */
  readonly valueFiles?: readonly string[]
  readonly parameters?: readonly {
    readonly name: string
    readonly value?: string
    /** `--set-string` instead of `--set`. */
    readonly forceString?: boolean
  }[]
  readonly fileParameters?: readonly { readonly name: string; readonly path: string }[]
  /** Default the Application's name. */
  readonly releaseName?: string
  /** YAML text, after the value files. */
  readonly values?: string
  /** Like `values`, which it replaces. */
  readonly valuesObject?: Readonly<Record<string, unknown>>
  readonly ignoreMissingValueFiles?: boolean
  readonly skipCrds?: boolean
  readonly skipTests?: boolean
  readonly skipSchemaValidation?: boolean
  readonly passCredentials?: boolean
  readonly version?: string
  readonly namespace?: string
  readonly kubeVersion?: string
  readonly apiVersions?: readonly string[]
}

/** `spec.source.kustomize`: edits that are made to the kustomization before it is built. */
export interface KustomizeSource {
  readonly namePrefix?: string
  readonly nameSuffix?: string
  /** `name=newName:tag@digest`, as `kustomize edit set image` takes it. */
  readonly images?: readonly string[]
  readonly commonLabels?: Readonly<Record<string, string>>
  readonly commonAnnotations?: Readonly<Record<string, string>>
  readonly commonAnnotationsEnvsubst?: boolean
  readonly forceCommonLabels?: boolean
  readonly forceCommonAnnotations?: boolean
  readonly labelWithoutSelector?: boolean
  readonly labelIncludeTemplates?: boolean
  readonly namespace?: string
  readonly replicas?: readonly { readonly name: string; readonly count: number | string }[]
  readonly patches?: readonly {
    readonly path?: string
    readonly patch?: string
    readonly target?: Readonly<Record<string, string>>
    readonly options?: Readonly<Record<string, boolean>>
  }[]
  readonly components?: readonly string[]
  readonly ignoreMissingComponents?: boolean
  readonly version?: string
  readonly kubeVersion?: string
  readonly apiVersions?: readonly string[]
}

/** `spec.source.directory`: which files of a plain directory are manifests; `include` and `exclude` are globs, `{a,b}` for several. */
export interface DirectorySource {
  readonly recurse?: boolean
  /** Files of every name are manifests, not only those that end as manifests do. */
  readonly disableExtensionFilter?: boolean
  readonly include?: string
  readonly exclude?: string
  readonly jsonnet?: Readonly<Record<string, unknown>>
}

/** One source of manifests. */
export interface ApplicationSource {
  readonly repoURL: string
  readonly targetRevision?: string
  /** What stands before the version in the names of tags. */
  readonly tagPrefix?: string
  readonly path?: string
  /** A chart's name in a Helm repository; `path` otherwise. */
  readonly chart?: string
  /** The name that other sources' value files use, as `$ref/...`. */
  readonly ref?: string
  readonly name?: string
  readonly helm?: HelmSource
  readonly kustomize?: KustomizeSource
  readonly directory?: DirectorySource
  readonly plugin?: Readonly<Record<string, unknown>>
}

/** Where objects go: a cluster by URL or name, and the namespace of objects that name none. */
export interface Destination {
  readonly server?: string
  readonly name?: string
  readonly namespace?: string
}

/** When and how often a failed sync is tried again; durations as Go writes them (`5s`, `3m0s`). */
export interface RetryPolicy {
  /** Negative: without end. */
  readonly limit?: number
  readonly backoff?: { readonly duration?: string; readonly factor?: number; readonly maxDuration?: string }
  readonly refresh?: boolean
}

/** When an Application is synced by itself, with which options, and how the destination namespace is labelled. */
export interface SyncPolicy {
  readonly automated?: {
    readonly prune?: boolean
    readonly selfHeal?: boolean
    readonly allowEmpty?: boolean
    readonly enabled?: boolean
  }
  readonly syncOptions?: readonly string[]
  readonly retry?: RetryPolicy
  readonly managedNamespaceMetadata?: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
}

/** One entry of `spec.ignoreDifferences`; `*` stands for any group or kind. */
export interface IgnoreDifference {
  readonly group?: string
  readonly kind: string
  readonly name?: string
  readonly namespace?: string
  readonly jsonPointers?: readonly string[]
  readonly jqPathExpressions?: readonly string[]
  readonly managedFieldsManagers?: readonly string[]
}

/** What an Application deploys from where to where: `sources` wins over `source` when it is not empty. */
export interface ApplicationSpec {
  readonly project: string
  readonly source?: ApplicationSource
  readonly sources?: readonly ApplicationSource[]
  readonly destination: Destination
  readonly syncPolicy?: SyncPolicy
  readonly ignoreDifferences?: readonly IgnoreDifference[]
  readonly revisionHistoryLimit?: number
  readonly info?: readonly { readonly name: string; readonly value: string }[]
}

/** `Application.operation`: what somebody, or automated sync, asks the controller to do. */
export interface Operation {
  readonly sync?: SyncOperation
  readonly initiatedBy?: { readonly username?: string; readonly automated?: boolean }
  readonly info?: readonly { readonly name: string; readonly value: string }[]
  readonly retry?: RetryPolicy
}

/** A sync that is asked for: which revision, with what pruned, and of which resources (none means all). */
export interface SyncOperation {
  readonly revision?: string
  readonly revisions?: readonly string[]
  readonly prune?: boolean
  readonly dryRun?: boolean
  readonly syncStrategy?: {
    readonly apply?: { readonly force?: boolean }
    readonly hook?: { readonly force?: boolean }
  }
  readonly resources?: readonly {
    readonly group?: string
    readonly kind: string
    readonly name: string
    readonly namespace?: string
  }[]
  readonly source?: ApplicationSource
  readonly sources?: readonly ApplicationSource[]
  readonly manifests?: readonly string[]
  readonly syncOptions?: readonly string[]
  readonly autoHealAttemptsCount?: number
}

/** An `argoproj.io/v1alpha1` Application. `status` is the controller's and stays as it is read. */
export interface Application extends KubeObject {
  readonly spec: ApplicationSpec
  readonly operation?: Operation
  readonly status?: Readonly<Record<string, unknown>>
}

/** A group and kind that a project allows or denies; both may be globs. */
export interface GroupKindRule {
  readonly group: string
  readonly kind: string
  readonly name?: string
}

/** One entry of `AppProject.spec.syncWindows`: from when on, and how long, the syncs of which Applications are allowed or denied. */
export interface SyncWindow {
  /** `allow` or `deny`; another one does nothing. */
  readonly kind?: string
  /** Five fields of cron. */
  readonly schedule?: string
  /** As Go writes it: `1h30m`. */
  readonly duration?: string
  readonly applications?: readonly string[]
  readonly namespaces?: readonly string[]
  readonly clusters?: readonly string[]
  /** Lets people sync while the window forbids it. */
  readonly manualSync?: boolean
  /** Of the schedule; default UTC. */
  readonly timeZone?: string
  /** All of applications, clusters and namespaces that are given must match, not one of them. */
  readonly andOperator?: boolean
  readonly description?: string
  /** Lets an operation that was allowed to begin go on. */
  readonly syncOverrun?: boolean
}

/** `AppProject.spec`; absent and empty allow lists differ: see {@link kindPermitted}. */
export interface AppProjectSpec {
  readonly description?: string
  readonly sourceRepos?: readonly string[]
  readonly destinations?: readonly Destination[]
  readonly clusterResourceWhitelist?: readonly GroupKindRule[]
  readonly clusterResourceBlacklist?: readonly GroupKindRule[]
  readonly namespaceResourceWhitelist?: readonly GroupKindRule[]
  readonly namespaceResourceBlacklist?: readonly GroupKindRule[]
  readonly sourceNamespaces?: readonly string[]
  readonly syncWindows?: readonly SyncWindow[]
  readonly [field: string]: unknown
}

/** An `argoproj.io/v1alpha1` AppProject. */
export interface AppProject extends KubeObject {
  readonly spec: AppProjectSpec
}
