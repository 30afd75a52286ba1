import { setPairs } from '../filters/labels.ts'
import { fixNameReferences } from '../filters/name-references.ts'
import { resolveVariables } from '../filters/vars.ts'
import { demandMetadata } from '../resource/read.ts'
import type { Resource } from '../resource/resource.ts'
import { field } from '../tree/fields.ts'
import type { Accumulator } from './accumulator.ts'
import { ORIGIN, TRANSFORMATIONS } from './build-origin.ts'
import type { BuildContext } from './context.ts'
import { addHashes } from './operations/index.ts'

/** What is done once, when everything is gathered: hashes, references, variables; then what is for tools only goes. */
export function finish(all: Accumulator, context: BuildContext): void {
  addHashes(all.map)
  fixNameReferences(all.map.resources, all.config.nameReference)
  fillVariables(all, context)
  for (const { node, isGone } of all.map.resources) if (node !== undefined && !isGone) demandMetadata(node)
  all.map.demandDistinct()
  all.map.setAll(all.map.resources.filter((each) => !each.isGone && !isLocal(each)))
}

function fillVariables(all: Accumulator, context: BuildContext): void {
  const variables = [...all.variables.values()]
  if (variables.length === 0) return
  const unused = resolveVariables(all.map.resources, variables, all.config.varReference)
  if (unused.length > 0) context.logs.push(`well-defined vars that were never replaced: ${unused.join(',')}`)
  for (const { name, maker } of variables) {
    if (maker !== undefined && unused.includes(name)) context.unused.push({ maker, reason: 'never replaced' })
  }
}

function isLocal(resource: Resource): boolean {
  const value = field(field(resource.metadata, 'annotations'), 'config.kubernetes.io/local-config')?.value
  return value !== undefined && value !== 'false'
}

/** Annotations that kustomize and kyaml keep for themselves while they build. */
const BUILD_ANNOTATIONS: readonly string[] = [
  'internal.config.kubernetes.io/previousKinds',
  'internal.config.kubernetes.io/previousNames',
  'internal.config.kubernetes.io/prefixes',
  'internal.config.kubernetes.io/suffixes',
  'internal.config.kubernetes.io/previousNamespaces',
  'internal.config.kubernetes.io/allowNameChange',
  'internal.config.kubernetes.io/allowKindChange',
  'internal.config.kubernetes.io/refBy',
  'internal.config.kubernetes.io/generatorBehavior',
  'internal.config.kubernetes.io/needsHashSuffix',
  'internal.config.kubernetes.io/path',
  'internal.config.kubernetes.io/index',
  'internal.config.kubernetes.io/seqindent',
  'internal.config.kubernetes.io/id',
  'internal.config.kubernetes.io/annotations-migration-resource-id',
  'internal.config.kubernetes.io/helm-generated',
  'config.kubernetes.io/path',
  'config.kubernetes.io/index',
  'config.k8s.io/id',
]

/** Brings annotations into the form they are printed in. */
export function finishAnnotations(resources: readonly Resource[], buildMetadata: readonly string[]): void {
  const [withOrigin, withTransformations] = [
    buildMetadata.includes('originAnnotations'),
    buildMetadata.includes('transformerAnnotations'),
  ]
  for (const resource of resources) {
    const { metadata, annotations } = resource
    if (metadata?.kind === 'map' && field(metadata, 'annotations') === undefined) continue
    for (const name of BUILD_ANNOTATIONS) annotations.delete(name)
    if (!withOrigin) annotations.delete(ORIGIN)
    if (!withTransformations) annotations.delete(TRANSFORMATIONS)
    resource.setAnnotations(annotations)
  }
}

/** The label that says which tool built an object. */
export function addManagedBy(resources: readonly Resource[], value: string): void {
  const fields = [{ group: '', version: '', kind: '', path: 'metadata/labels', create: true }]
  const filter = { pairs: { 'app.kubernetes.io/managed-by': value }, fields, makerOf: () => undefined }
  for (const { node } of resources) if (node !== undefined) setPairs(node, filter)
}
