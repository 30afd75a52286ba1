import { parseDocuments, toValue } from '@slipway/yaml'
import type { Data } from '../types.ts'

/** A map of plain data, empty where the file has none. */
export type Fields = Readonly<Record<string, Data | undefined>>

/** One step, with where it stands (`jobs.<id>.steps[<n>]`). */
export interface AuditedStep {
  readonly place: string
  readonly step: Fields
}

/** One job, with where it stands (`jobs.<id>`). */
export interface AuditedJob {
  readonly place: string
  readonly job: Fields
  readonly steps: readonly AuditedStep[]
}

/** A workflow file as the rules read it: every field, not only those that have a meaning to us. */
export interface AuditedWorkflow {
  readonly file: string
  readonly root: Fields
  readonly events: readonly string[]
  readonly jobs: readonly AuditedJob[]
}

/** Reads a workflow for the rules; undefined for what is no map, which the parser reports. */
export function readForAudit(text: string, file: string): AuditedWorkflow | undefined {
  const { documents } = parseDocuments(text, { dialect: 'kyaml', file })
  const value = documents[0] === undefined ? null : (toValue(documents[0], { dialect: 'kyaml' }) as Data)
  if (!isFields(value)) return undefined
  const jobs = Object.entries(fieldsOf(value['jobs'])).map(([id, job]) => readJob(id, fieldsOf(job)))
  return { file, root: value, events: eventsOf(value['on']), jobs }
}

function readJob(id: string, job: Fields): AuditedJob {
  const place = `jobs.${id}`
  const steps = listOf(job['steps']).map((step, index) => ({ place: `${place}.steps[${index}]`, step: fieldsOf(step) }))
  return { place, job, steps }
}

function eventsOf(on: Data | undefined): readonly string[] {
  if (typeof on === 'string') return [on]
  if (isList(on)) return on.filter((event) => typeof event === 'string')
  return Object.keys(fieldsOf(on))
}

/** A map's fields; none for anything else. */
export function fieldsOf(value: Data | undefined): Fields {
  return isFields(value) ? value : {}
}

/** A text; '' for anything that is no text, number or boolean. */
export function textOf(value: Data | undefined): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : ''
}

function listOf(value: Data | undefined): readonly Data[] {
  return isList(value) ? value : []
}

function isFields(value: Data | undefined): value is { readonly [key: string]: Data } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function isList(value: Data | undefined): value is readonly Data[] {
  return Array.isArray(value)
}
