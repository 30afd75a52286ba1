import type { Place } from './place.ts'

/** One situation that produces one error code: the page shows it, the test makes it. */
export interface Example {
  readonly code: string
  /** When it comes: one or two sentences for the page. */
  readonly when: string
  /** Files of the folder in which it happens, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Files that must be there, too, and that the page leaves out: any repository has them. */
  readonly beside?: Readonly<Record<string, string>>
  /** A text that is no file: a pointer, a selector, a pattern. */
  readonly input?: string
  /** The files are committed on the branch master of a repository with the remote https://github.com/acme/shop.git. */
  readonly committed?: true
  /** False where this machine or user cannot make the situation: the page keeps what it says. */
  readonly possible?: boolean
  /** What else makes the situation. */
  readonly prepare?: (place: Place) => unknown
  /** What varies in the output, and what the page shows instead. */
  readonly masks?: readonly (readonly [RegExp, string])[]
  /** What the user enters. Without one, `run` calls the function that raises the code, with `input` or the first file: it throws, or gives diagnostics. */
  readonly command?: string
  readonly run?: (place: Place, text: string) => unknown
}

/** The examples of one section of docs/errors.md. */
export interface Room {
  readonly title: string
  /** The page below docs/error-examples, without `.md`. */
  readonly page: string
  readonly examples: readonly Example[]
}

/** What came of an example. */
export interface Outcome {
  readonly codes: readonly string[]
  readonly printed: string
  /** The exit code of the command; undefined where none was run. */
  readonly exit?: number
}
