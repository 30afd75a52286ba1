// Writes starter/deploy/schemas: one JSON schema for each kind that the starter uses, for kubeconform. Run by hand:
//
//   node starter/tests/schemas/generate.mjs SWAGGER CRD...
//
// SWAGGER is api/openapi-spec/swagger.json of the Go module k8s.io/kubernetes, CRD are files with CustomResourceDefinitions:
// application-crd.yaml and appproject-crd.yaml of github.com/argoproj/argo-cd/v3 (manifests/crds),
// external-secrets.io_externalsecrets.yaml of github.com/external-secrets/external-secrets (config/crds/bases),
// monitoring.coreos.com_servicemonitors.yaml of github.com/prometheus-operator/prometheus-operator (example/prometheus-operator-crd).
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'

const OUT = new URL('../../deploy/schemas/', import.meta.url)

const BUILT_IN = [
  ['', 'v1', 'ConfigMap'],
  ['', 'v1', 'LimitRange'],
  ['', 'v1', 'ResourceQuota'],
  ['', 'v1', 'Service'],
  ['', 'v1', 'ServiceAccount'],
  ['apps', 'v1', 'Deployment'],
  ['autoscaling', 'v2', 'HorizontalPodAutoscaler'],
  ['batch', 'v1', 'Job'],
  ['networking.k8s.io', 'v1', 'Ingress'],
  ['networking.k8s.io', 'v1', 'NetworkPolicy'],
  ['policy', 'v1', 'PodDisruptionBudget'],
]

const [swaggerFile, ...crdFiles] = process.argv.slice(2)
const { definitions } = JSON.parse(readFileSync(swaggerFile, 'utf8'))
for (const [group, version, kind] of BUILT_IN) write(group, version, kind, builtIn(group, version, kind))
for (const file of crdFiles) {
  const crd = parse(readFileSync(file, 'utf8'))
  const served = crd.spec.versions.find((version) => version.storage)
  write(crd.spec.group, served.name, crd.spec.names.kind, strict(served.schema.openAPIV3Schema))
}

function builtIn(group, version, kind) {
  const entry = Object.entries(definitions).find(([, schema]) =>
    (schema['x-kubernetes-group-version-kind'] ?? []).some(
      (gvk) => gvk.group === group && gvk.version === version && gvk.kind === kind,
    ),
  )
  const used = new Map()
  const collect = (node) => {
    for (const name of references(node)) {
      if (used.has(name)) continue
      used.set(name, strict(definitions[name]))
      collect(definitions[name])
    }
  }
  collect(entry[1])
  return { ...strict(entry[1]), definitions: Object.fromEntries([...used].sort(([a], [b]) => (a < b ? -1 : 1))) }
}

function* references(node) {
  if (node === null || typeof node !== 'object') return
  if (typeof node.$ref === 'string') yield node.$ref.replace('#/definitions/', '')
  for (const child of Object.values(node)) yield* references(child)
}

/** Without texts and extensions; fields that are not named are forbidden, as in `kubectl --validate=strict`. */
function strict(schema) {
  if (schema.$ref) return { $ref: schema.$ref }
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') return { type: ['integer', 'string'] }
  const out = {}
  for (const key of [
    'type',
    'required',
    'enum',
    'pattern',
    'minimum',
    'maximum',
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
  ]) {
    if (schema[key] !== undefined) out[key] = schema[key]
  }
  if (schema.items) out.items = strict(schema.items)
  if (schema.properties) {
    out.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, child]) => [name, strict(child)]))
    if (!schema['x-kubernetes-preserve-unknown-fields']) out.additionalProperties = false
  }
  if (schema.additionalProperties)
    out.additionalProperties = schema.additionalProperties === true ? true : strict(schema.additionalProperties)
  // A CRD's own `metadata` is only `type: object`; what stands in it is the API server's business.
  return out
}

function write(group, version, kind, schema) {
  const suffix = [group.split('.')[0], version].filter(Boolean).join('-').toLowerCase()
  const pinned = {
    ...schema,
    properties: {
      ...schema.properties,
      kind: { enum: [kind] },
      apiVersion: { enum: [group ? `${group}/${version}` : version] },
    },
  }
  writeFileSync(new URL(`${kind.toLowerCase()}-${suffix}.json`, OUT), `${JSON.stringify(pinned)}\n`)
}
