import type { KubeObject } from '@slipway/objects'
import { APPLICATION_SPEC, OPERATION, PROJECT_SPEC } from './schemas.ts'
import { ANY_MAP, STRING, mapOf, type Schema } from './schema.ts'

interface Definition {
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly properties: Readonly<Record<string, Schema>>
  readonly required: readonly string[]
  readonly columns: readonly { name: string; jsonPath: string; priority?: number }[]
}

const APPLICATION: Definition = {
  kind: 'Application',
  plural: 'applications',
  singular: 'application',
  shortNames: ['app', 'apps'],
  properties: { spec: APPLICATION_SPEC, operation: OPERATION, status: ANY_MAP },
  required: ['spec'],
  columns: [
    { name: 'Sync Status', jsonPath: '.status.sync.status' },
    { name: 'Health Status', jsonPath: '.status.health.status' },
    { name: 'Revision', jsonPath: '.status.sync.revision', priority: 10 },
    { name: 'Project', jsonPath: '.spec.project', priority: 10 },
  ],
}

const PROJECT: Definition = {
  kind: 'AppProject',
  plural: 'appprojects',
  singular: 'appproject',
  shortNames: ['appproj', 'appprojs'],
  properties: { spec: PROJECT_SPEC, status: ANY_MAP },
  required: ['spec'],
  columns: [],
}

/**
 * The CustomResourceDefinitions of Application and AppProject, in that order. As Argo CD's own they have no status subresource, so that the controller writes
 * `status` and `operation` with plain patches and each write raises the generation.
 */
export function argoDefinitions(): readonly KubeObject[] {
  return [APPLICATION, PROJECT].map(toDefinition)
}

function toDefinition(of: Definition): KubeObject {
  const { kind, plural, singular, shortNames } = of
  const identity = { apiVersion: STRING, kind: STRING, metadata: { type: 'object' } as const }
  const schema = mapOf({ ...identity, ...of.properties }, of.required)
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.argoproj.io`,
      labels: { 'app.kubernetes.io/name': `${plural}.argoproj.io`, 'app.kubernetes.io/part-of': 'argocd' },
    },
    spec: {
      group: 'argoproj.io',
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          subresources: {},
          ...(of.columns.length === 0
            ? {}
            : { additionalPrinterColumns: of.columns.map((column) => ({ ...column, type: 'string' })) }),
        },
      ],
    },
  }
}
