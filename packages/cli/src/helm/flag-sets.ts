import type { FlagKind, FlagSpec } from './flags.ts'

function flags(kind: FlagKind, ...names: readonly string[]): FlagSpec[] {
  return names.map((name) => ({ name, kind }))
}

/** Flags that every command takes. */
export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  { name: 'namespace', kind: 'string', short: 'n', help: 'namespace scope for this request' },
  { name: 'help', kind: 'bool', short: 'h' },
  { name: 'debug', kind: 'bool', help: 'enable verbose output' },
  { name: 'kube-as-group', kind: 'array' },
  { name: 'kube-insecure-skip-tls-verify', kind: 'bool' },
  ...flags('string', 'kubeconfig', 'kube-context', 'kube-token', 'kube-as-user', 'kube-apiserver', 'kube-ca-file'),
  ...flags('string', 'kube-tls-server-name', 'registry-config', 'repository-config', 'repository-cache'),
  ...flags('string', 'content-cache', 'burst-limit', 'qps', 'color', 'colour', 'v'),
]

/** Where values come from. */
export const VALUE_FLAGS: readonly FlagSpec[] = [
  { name: 'values', kind: 'slice', short: 'f', help: 'specify values in a YAML file or a URL (can specify multiple)' },
  ...flags('array', 'set', 'set-string', 'set-file', 'set-json', 'set-literal'),
]

/** Where charts come from. */
export const CHART_FLAGS: readonly FlagSpec[] = [
  ...flags('string', 'version', 'keyring', 'repo', 'username', 'password', 'cert-file', 'key-file', 'ca-file'),
  ...flags('bool', 'verify', 'insecure-skip-tls-verify', 'plain-http', 'pass-credentials', 'devel'),
]

const LEGACY = "this flag has no effect for 'helm template' and will be removed in Helm 5"

/** Flags of `helm template`. */
export const TEMPLATE_FLAGS: readonly FlagSpec[] = [
  ...GLOBAL_FLAGS,
  ...VALUE_FLAGS,
  ...CHART_FLAGS,
  { name: 'show-only', kind: 'array', short: 's', help: 'only show manifests rendered from the given templates' },
  {
    name: 'api-versions',
    kind: 'slice',
    short: 'a',
    help: 'Kubernetes api versions used for Capabilities.APIVersions',
  },
  { name: 'generate-name', kind: 'bool', short: 'g', help: 'generate the name (and omit the NAME parameter)' },
  { name: 'labels', kind: 'slice', short: 'l' },
  { name: 'dry-run', kind: 'string', bare: 'unset' },
  { name: 'wait', kind: 'string', bare: 'watcher' },
  { name: 'validate', kind: 'bool', deprecated: "use '--dry-run=server' instead" },
  { name: 'force', kind: 'bool', deprecated: 'use --force-replace instead' },
  { name: 'atomic', kind: 'bool', deprecated: 'use --rollback-on-failure instead' },
  { name: 'hide-notes', kind: 'bool', deprecated: LEGACY },
  { name: 'render-subchart-notes', kind: 'bool', deprecated: LEGACY },
  ...flags('array', 'post-renderer-args'),
  ...flags('string', 'output-dir', 'kube-version', 'name-template', 'description', 'timeout', 'post-renderer'),
  ...flags('bool', 'include-crds', 'skip-tests', 'is-upgrade', 'release-name', 'no-hooks', 'skip-crds'),
  ...flags('bool', 'create-namespace', 'force-replace', 'force-conflicts', 'server-side', 'replace', 'wait-for-jobs'),
  ...flags('bool', 'dependency-update', 'disable-openapi-validation', 'rollback-on-failure', 'skip-schema-validation'),
  ...flags('bool', 'enable-dns', 'take-ownership'),
]

/** Flags of `helm lint`. */
export const LINT_FLAGS: readonly FlagSpec[] = [
  ...GLOBAL_FLAGS,
  ...VALUE_FLAGS,
  ...flags('bool', 'strict', 'with-subcharts', 'quiet', 'skip-schema-validation'),
  ...flags('string', 'kube-version'),
]

/** Flags of `helm show` and its commands. */
export const SHOW_FLAGS: readonly FlagSpec[] = [...GLOBAL_FLAGS, ...CHART_FLAGS, ...flags('string', 'jsonpath')]

/** Flags of `helm dependency` and its commands. */
export const DEPENDENCY_FLAGS: readonly FlagSpec[] = [
  ...GLOBAL_FLAGS,
  ...CHART_FLAGS,
  ...flags('bool', 'skip-refresh'),
  ...flags('string', 'max-col-width'),
]

/** Flags of `helm version`. */
export const VERSION_FLAGS: readonly FlagSpec[] = [
  ...GLOBAL_FLAGS,
  ...flags('bool', 'short'),
  ...flags('string', 'template'),
]
