import type { SourceRange } from '@slipway/diag'

/** Plain data of a workflow file: strings, numbers, booleans, null, lists and maps. */
export type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data }

/** A GitHub workflow file as data; expressions are still text. */
export interface Workflow {
  /** Path in the repository. */
  readonly file: string
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  /** Names of the events that start it, such as `push` and `workflow_call`. */
  readonly events: readonly string[]
  readonly jobs: readonly Job[]
}

/** One job; a job that calls another workflow has `uses` and no steps. */
export interface Job {
  readonly id: string
  readonly needs: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly uses: string | undefined
  readonly matrix: Data | undefined
  readonly steps: readonly Step[]
}

/** One step: an action (`uses`) or a script (`run`). */
export interface Step {
  readonly id: string | undefined
  /** `owner/action` or a path, without the version. */
  readonly uses: string | undefined
  readonly run: string | undefined
  readonly with: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  readonly range: SourceRange | undefined
}
