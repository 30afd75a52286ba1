import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { STARTER } from '../starter.ts'

type Texts = Readonly<Record<string, string>>
type Permissions = Readonly<Record<string, string>>

export interface RawStep {
  readonly id?: string
  readonly name?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string | number | boolean>>
  readonly env?: Texts
}

export interface RawJob {
  readonly needs?: string | readonly string[]
  readonly if?: string
  readonly uses?: string
  readonly with?: Texts
  readonly secrets?: Texts
  readonly env?: Texts
  readonly outputs?: Texts
  readonly permissions?: Permissions
  readonly environment?: string
  readonly defaults?: { readonly run?: { readonly 'working-directory'?: string; readonly shell?: string } }
  readonly 'timeout-minutes'?: number
  readonly 'runs-on'?: string
  readonly steps?: readonly RawStep[]
}

export interface RawWorkflow {
  readonly name: string
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions?: Permissions
  readonly defaults?: RawJob['defaults']
  readonly jobs: Readonly<Record<string, RawJob>>
}

export const WORKFLOWS = join(STARTER, '.github/workflows')

/** All workflows of the starter by file name, as plain data. */
export function allWorkflows(): ReadonlyMap<string, RawWorkflow> {
  return new Map(readdirSync(WORKFLOWS).map((file) => [file, readWorkflow(file)]))
}

export function readWorkflow(file: string): RawWorkflow {
  return parse(readFileSync(join(WORKFLOWS, file), 'utf8')) as RawWorkflow
}

export function needsOf(job: RawJob): readonly string[] {
  return typeof job.needs === 'string' ? [job.needs] : (job.needs ?? [])
}

/** The name of a step in lists: `file job index`. */
export function placeOf(file: string, job: string, index: number): string {
  return `${file} ${job} ${index}`
}
