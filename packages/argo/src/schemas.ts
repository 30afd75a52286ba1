import { ANY_MAP, BOOLEAN, INTEGER, INT_OR_STRING, STRING, STRING_MAP, listOf, mapOf, type Schema } from './schema.ts'

const STRINGS = listOf(STRING)
const NAME_VALUE = mapOf({ name: STRING, value: STRING }, ['name', 'value'])

const HELM = mapOf({
  valueFiles: STRINGS,
  parameters: listOf(mapOf({ name: STRING, value: STRING, forceString: BOOLEAN })),
  fileParameters: listOf(mapOf({ name: STRING, path: STRING })),
  releaseName: STRING,
  values: STRING,
  valuesObject: ANY_MAP,
  ignoreMissingValueFiles: BOOLEAN,
  skipCrds: BOOLEAN,
  skipTests: BOOLEAN,
  skipSchemaValidation: BOOLEAN,
  passCredentials: BOOLEAN,
  version: STRING,
  namespace: STRING,
  kubeVersion: STRING,
  apiVersions: STRINGS,
})

const KUSTOMIZE = mapOf({
  namePrefix: STRING,
  nameSuffix: STRING,
  images: STRINGS,
  commonLabels: STRING_MAP,
  commonAnnotations: STRING_MAP,
  commonAnnotationsEnvsubst: BOOLEAN,
  forceCommonLabels: BOOLEAN,
  forceCommonAnnotations: BOOLEAN,
  labelWithoutSelector: BOOLEAN,
  labelIncludeTemplates: BOOLEAN,
  namespace: STRING,
  replicas: listOf(mapOf({ name: STRING, count: INT_OR_STRING }, ['count', 'name'])),
  patches: listOf(
    mapOf({
      path: STRING,
      patch: STRING,
      target: mapOf({
        group: STRING,
        version: STRING,
        kind: STRING,
        name: STRING,
        namespace: STRING,
        annotationSelector: STRING,
        labelSelector: STRING,
      }),
      options: { type: 'object', additionalProperties: BOOLEAN },
    }),
  ),
  components: STRINGS,
  ignoreMissingComponents: BOOLEAN,
  version: STRING,
  kubeVersion: STRING,
  apiVersions: STRINGS,
})

const SOURCE = mapOf(
  {
    repoURL: STRING,
    targetRevision: STRING,
    path: STRING,
    chart: STRING,
    ref: STRING,
    name: STRING,
    tagPrefix: STRING,
    helm: HELM,
    kustomize: KUSTOMIZE,
    directory: mapOf({
      recurse: BOOLEAN,
      include: STRING,
      exclude: STRING,
      disableExtensionFilter: BOOLEAN,
      jsonnet: ANY_MAP,
    }),
    plugin: ANY_MAP,
  },
  ['repoURL'],
)

const DESTINATION = mapOf({ server: STRING, name: STRING, namespace: STRING })
const BACKOFF = mapOf({ duration: STRING, factor: INTEGER, maxDuration: STRING })
const RETRY = mapOf({ limit: INTEGER, refresh: BOOLEAN, backoff: BACKOFF })

const SYNC_POLICY = mapOf({
  automated: mapOf({ prune: BOOLEAN, selfHeal: BOOLEAN, allowEmpty: BOOLEAN, enabled: BOOLEAN }),
  syncOptions: STRINGS,
  retry: RETRY,
  managedNamespaceMetadata: mapOf({ labels: STRING_MAP, annotations: STRING_MAP }),
})

const IGNORE_DIFFERENCE = mapOf(
  {
    group: STRING,
    kind: STRING,
    name: STRING,
    namespace: STRING,
    jsonPointers: STRINGS,
    jqPathExpressions: STRINGS,
    managedFieldsManagers: STRINGS,
  },
  ['kind'],
)

/** `Application.spec`. */
export const APPLICATION_SPEC: Schema = mapOf(
  {
    project: STRING,
    source: SOURCE,
    sources: listOf(SOURCE),
    sourceHydrator: ANY_MAP,
    destination: DESTINATION,
    syncPolicy: SYNC_POLICY,
    ignoreDifferences: listOf(IGNORE_DIFFERENCE),
    revisionHistoryLimit: INTEGER,
    info: listOf(NAME_VALUE),
  },
  ['destination', 'project'],
)

const FORCE = mapOf({ force: BOOLEAN })

/** `Application.operation`. */
export const OPERATION: Schema = mapOf({
  sync: mapOf({
    revision: STRING,
    revisions: STRINGS,
    prune: BOOLEAN,
    dryRun: BOOLEAN,
    syncStrategy: mapOf({ apply: FORCE, hook: FORCE }),
    resources: listOf(mapOf({ group: STRING, kind: STRING, name: STRING, namespace: STRING }, ['kind', 'name'])),
    source: SOURCE,
    sources: listOf(SOURCE),
    manifests: STRINGS,
    syncOptions: STRINGS,
    autoHealAttemptsCount: INTEGER,
  }),
  initiatedBy: mapOf({ username: STRING, automated: BOOLEAN }),
  info: listOf(NAME_VALUE),
  retry: RETRY,
})

const RULES = listOf(mapOf({ group: STRING, kind: STRING, name: STRING }, ['group', 'kind']))

const SYNC_WINDOW = mapOf({
  kind: STRING,
  schedule: STRING,
  duration: STRING,
  applications: STRINGS,
  namespaces: STRINGS,
  clusters: STRINGS,
  manualSync: BOOLEAN,
  timeZone: STRING,
  andOperator: BOOLEAN,
  description: STRING,
  syncOverrun: BOOLEAN,
})

/** `AppProject.spec`. */
export const PROJECT_SPEC: Schema = mapOf({
  description: STRING,
  sourceRepos: STRINGS,
  destinations: listOf(DESTINATION),
  clusterResourceWhitelist: RULES,
  clusterResourceBlacklist: RULES,
  namespaceResourceWhitelist: RULES,
  namespaceResourceBlacklist: RULES,
  sourceNamespaces: STRINGS,
  orphanedResources: ANY_MAP,
  permitOnlyProjectScopedClusters: BOOLEAN,
  roles: listOf(ANY_MAP),
  signatureKeys: listOf(ANY_MAP),
  sourceIntegrity: ANY_MAP,
  syncWindows: listOf(SYNC_WINDOW),
  destinationServiceAccounts: listOf(ANY_MAP),
})
