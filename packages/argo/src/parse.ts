import type { Diagnostic, FieldPath, SourceRange } from '@slipway/diag'
import { isRecord } from '@slipway/objects'
import { misfitsOf, type Misfit } from './check.ts'
import { IN_CLUSTER, IN_CLUSTER_NAME } from './project.ts'
import { APPLICATION_SPEC, OPERATION, PROJECT_SPEC } from './schemas.ts'
import type { Schema } from './schema.ts'
import type { Application, ApplicationSource, AppProject, Destination } from './types.ts'

/** Finds the place of a field in the file that an object was read from; undefined where there is none. */
export type PlaceOf = (path: FieldPath) => SourceRange | undefined

/** An object of the wanted kind, or undefined when it has errors; warnings come with both. */
export interface Parsed<T> {
  readonly object: T | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** The group and version of Argo CD's kinds. */
export const ARGO_API_VERSION = 'argoproj.io/v1alpha1'

const nowhere: PlaceOf = () => undefined

/** Reads an Application from any value: types and required fields, sources that nobody here runs, foreign clusters. */
export function parseApplication(value: unknown, placeOf: PlaceOf = nowhere): Parsed<Application> {
  const checks: readonly [string, Schema][] = [
    ['spec', APPLICATION_SPEC],
    ['operation', OPERATION],
  ]
  const parsed = parse<Application>({ value, kind: 'Application', checks }, placeOf)
  if (parsed.object === undefined) return parsed
  const refused = refusals(parsed.object, placeOf)
  return { object: parsed.object, diagnostics: [...parsed.diagnostics, ...refused] }
}

/** Reads an AppProject from any value. */
export function parseProject(value: unknown, placeOf: PlaceOf = nowhere): Parsed<AppProject> {
  const parsed = parse<AppProject>({ value, kind: 'AppProject', checks: [['spec', PROJECT_SPEC]] }, placeOf)
  if (parsed.object === undefined) return parsed
  return { object: parsed.object, diagnostics: [...parsed.diagnostics, ...notObeyed(parsed.object, placeOf)] }
}

/** All sources of an Application: `sources` where it has any, else `source`. */
export function sourcesOf(application: Application): readonly ApplicationSource[] {
  const { source, sources = [] } = application.spec
  if (sources.length > 0) return sources
  return source === undefined ? [] : [source]
}

/** True when an Application uses `sources`, even with one entry: its status then speaks of `revisions`. */
export function hasSeveralSources(application: Application): boolean {
  return (application.spec.sources ?? []).length > 0
}

/** True for the cluster that the API belongs to, by URL or name. */
export function isInCluster(destination: Destination): boolean {
  if (destination.name !== undefined && destination.name !== '') return destination.name === IN_CLUSTER_NAME
  return (
    destination.server === undefined ||
    destination.server === '' ||
    destination.server.replace(/\/$/, '') === IN_CLUSTER
  )
}

interface Asked {
  readonly value: unknown
  readonly kind: string
  readonly checks: readonly (readonly [field: string, schema: Schema])[]
}

function parse<T>({ value, kind, checks }: Asked, placeOf: PlaceOf): Parsed<T> {
  const bad = (message: string, path: FieldPath): Diagnostic =>
    toDiagnostic({ path, problem: 'type', message }, placeOf)
  if (!isRecord(value)) return { object: undefined, diagnostics: [bad(`${kind} must be a map`, [])] }
  if (value['apiVersion'] !== ARGO_API_VERSION || value['kind'] !== kind)
    return { object: undefined, diagnostics: [bad(`this is no ${ARGO_API_VERSION} ${kind}`, ['kind'])] }
  const metadata = value['metadata']
  if (!isRecord(metadata) || typeof metadata['name'] !== 'string')
    return { object: undefined, diagnostics: [bad('metadata.name is required', ['metadata'])] }
  const misfits = checks.flatMap(([field, schema]) => {
    if (value[field] !== undefined) return misfitsOf(schema, value[field], [field])
    return field === 'spec' ? [{ path: [field], problem: 'missing', message: 'spec is required' } as const] : []
  })
  const failed = misfits.some((misfit) => misfit.problem !== 'unknown')
  return {
    object: failed ? undefined : (value as T),
    diagnostics: misfits.map((misfit) => toDiagnostic(misfit, placeOf)),
  }
}

function toDiagnostic(misfit: Misfit, placeOf: PlaceOf): Diagnostic {
  const range = placeOf(misfit.path)
  return {
    code: 'ARGO_BAD_FIELD',
    severity: misfit.problem === 'unknown' ? 'warning' : 'error',
    message: misfit.message,
    ...(range === undefined ? {} : { range }),
  }
}

// What a project can say and only a real Argo CD enforces.
const NOT_OBEYED: Readonly<Record<string, string>> = {
  signatureKeys: 'signatures of commits are not checked',
  sourceIntegrity: 'signatures of commits are not checked',
  orphanedResources: 'orphaned resources are not told of',
  destinationServiceAccounts: 'everything is applied as the controller',
}

function notObeyed(project: AppProject, placeOf: PlaceOf): Diagnostic[] {
  return Object.entries(NOT_OBEYED).flatMap(([field, instead]): Diagnostic[] => {
    if (project.spec[field] === undefined) return []
    const range = placeOf(['spec', field])
    const message = `AppProject ${project.metadata.name ?? ''} sets spec.${field}, which is not obeyed here: ${instead}`
    const warning: Diagnostic = { code: 'ARGO_BAD_FIELD', severity: 'warning', message }
    return [range === undefined ? warning : { ...warning, range }]
  })
}

function refusals(application: Application, placeOf: PlaceOf): Diagnostic[] {
  const name = application.metadata.name ?? ''
  const refuse = (code: string, message: string, at: { path: FieldPath; hint: string }): Diagnostic => {
    const range = placeOf(at.path)
    return { code, severity: 'error', message, hint: at.hint, ...(range === undefined ? {} : { range }) }
  }
  const found: Diagnostic[] = []
  if (sourcesOf(application).some((source) => source.plugin !== undefined))
    found.push(
      refuse('ARGO_PLUGIN', `Application ${name} renders by a config management plugin, which is not run here`, {
        path: ['spec', 'source', 'plugin'],
        hint: 'render with Helm, Kustomize or plain manifests; other Applications are not touched',
      }),
    )
  if ((application.spec as { sourceHydrator?: unknown }).sourceHydrator !== undefined)
    found.push(
      refuse('ARGO_HYDRATOR', `Application ${name} uses spec.sourceHydrator, which is not run here`, {
        path: ['spec', 'sourceHydrator'],
        hint: 'use spec.source or spec.sources; other Applications are not touched',
      }),
    )
  const { destination } = application.spec
  if (!isInCluster(destination))
    found.push(
      refuse(
        'ARGO_FOREIGN_CLUSTER',
        `Application ${name} deploys to ${destination.name ?? destination.server}, another cluster`,
        {
          path: ['spec', 'destination'],
          hint: `only ${IN_CLUSTER} is run here; other Applications are not touched`,
        },
      ),
    )
  return found
}
