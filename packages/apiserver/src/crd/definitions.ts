import { isRecord, type KubeObject } from '@slipway/objects'
import type { CustomColumn, CustomResource, ResourceDefinition, SubresourceDefinition } from '../registry/definition.ts'
import { readPath } from '../table/custom.ts'
import type { Schema } from './custom.ts'

interface Version {
  readonly name: string
  readonly served: boolean
  readonly storage: boolean
  readonly schema?: { readonly openAPIV3Schema?: Schema }
  readonly subresources?: { readonly status?: object; readonly scale?: CustomResource['scale'] }
  readonly additionalPrinterColumns?: readonly CustomColumn[]
  readonly selectableFields?: readonly { readonly jsonPath: string }[]
}

interface Spec {
  readonly group: string
  readonly scope: string
  readonly preserveUnknownFields?: boolean
  readonly names: {
    readonly plural: string
    readonly singular?: string
    readonly kind: string
    readonly shortNames?: string[]
    readonly categories?: string[]
  }
  readonly versions: readonly Version[]
}

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']
const AGE: CustomColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }

/** The resources that a CustomResourceDefinition serves, one a version, the storage version first; none while it is being deleted. */
export function resourcesOf(definition: KubeObject): readonly ResourceDefinition[] {
  if (definition.metadata.deletionTimestamp !== undefined || !isRecord(definition['spec'])) return []
  const spec = definition['spec'] as unknown as Spec
  const storage = spec.versions.find((version) => version.storage)?.name ?? spec.versions[0]?.name ?? ''
  return [...spec.versions]
    .filter((version) => version.served)
    .sort((a, b) => rank(b.name) - rank(a.name))
    .map((version) => toDefinition(spec, version, storage))
}

function toDefinition(spec: Spec, version: Version, storage: string): ResourceDefinition {
  const { group, names } = spec
  const hasStatus = version.subresources?.status !== undefined
  return {
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec.scope === 'Namespaced',
    verbs: VERBS,
    subresources: subresourcesOf(spec, version),
    storage: { group, plural: names.plural, version: storage },
    strategy: {
      hasStatus,
      // With or without a status subresource; without one the status is like any other field.
      hasGeneration: true,
      selectableFields: (object) => selectableFields(object, version.selectableFields ?? []),
      prepareForCreate: (object) => {
        if (hasStatus) delete object['status']
      },
    },
    custom: {
      schema: version.schema?.openAPIV3Schema,
      preserveUnknownFields: spec.preserveUnknownFields === true,
      columns: version.additionalPrinterColumns ?? [AGE],
      scale: version.subresources?.scale,
    },
  }
}

// A field selector names a field by its path without the dot in front.
function selectableFields(
  object: KubeObject,
  fields: readonly { readonly jsonPath: string }[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map(({ jsonPath }) => {
      const value = readPath(object, jsonPath)
      return [jsonPath.replace(/^\./, ''), value === undefined || value === null ? '' : String(value)]
    }),
  )
}

function subresourcesOf(spec: Spec, version: Version): readonly SubresourceDefinition[] {
  const verbs = ['get', 'patch', 'update']
  const { status, scale } = version.subresources ?? {}
  return [
    ...(status === undefined
      ? []
      : [{ name: 'status', kind: spec.names.kind, group: spec.group, version: version.name, verbs }]),
    ...(scale === undefined ? [] : [{ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs }]),
  ]
}

// k8s.io/apimachinery/pkg/version: v10 > v2 > v1 > v1beta2 > v1alpha1.
function rank(version: string): number {
  const [, major = '0', stage, minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? []
  const stageRank = stage === undefined ? 2 : stage === 'beta' ? 1 : 0
  return stageRank * 1e6 + Number(major) * 1e3 + Number(minor)
}
