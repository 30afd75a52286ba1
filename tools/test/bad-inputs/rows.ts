import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CONFORMANCE = join(dirname(fileURLToPath(import.meta.url)), '../../../conformance')

/** A test, by its title; `case` is the text of the one case that is meant, where a title stands for many. */
export interface ShownBy {
  readonly file: string
  readonly name: string
  readonly case?: string
}

/** How exactly the fault is pointed at, from best to nothing: what is harmless names nothing. */
export type PlaceKind = 'file:line:column' | 'file:line' | 'file' | 'resource' | 'nothing'

/** What an outcome names; `<word>` in `names` stands for what differs from one run to the next. */
export interface NamedPlace {
  readonly kind: PlaceKind
  readonly names?: string
}

/** An input whose outcome is known and tested. */
export interface ShownRow {
  readonly id: number
  readonly input: string
  readonly status: 'shown'
  /** Our error code, where one comes. */
  readonly code?: string
  /** What comes where no error of ours does, or beside it. */
  readonly answer?: string
  readonly at: NamedPlace
  /** The command that it comes out of, or another place. */
  readonly from: string
  /** The exit code of that command; null where it comes out of none. */
  readonly exit: number | null
  readonly remedy: string
  readonly test: ShownBy
  readonly also?: readonly ShownBy[]
}

/** An input that cannot come, because what it is for is not here, or one that does not yet come to what it should. */
export interface OtherRow {
  readonly id: number
  readonly input: string
  readonly status: 'not present' | 'open'
  readonly reason: string
}

/** A row of conformance/bad-inputs.json. */
export type Row = ShownRow | OtherRow

/** An input that published advisories are about, and the package or feature that it is for. */
export interface Entry {
  readonly id: number
  readonly input: string
  readonly published: readonly string[]
  readonly of: string
}

/** Every row of the table, in order. */
export const ROWS = read<readonly Row[]>('bad-inputs.json')

/** The rows with an outcome. */
export const SHOWN = ROWS.filter((row): row is ShownRow => row.status === 'shown')

/** The inputs of which each must have a row. */
export const ENTRIES = read<readonly Entry[]>('bad-inputs.reference.json')

/** Whether a text has what a place names. */
export function isNamedIn(text: string, { names = '' }: NamedPlace): boolean {
  const parts = names.split(/<[a-z ]+>/)
  return new RegExp(parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.{1,60}')).test(text)
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(CONFORMANCE, name), 'utf8')) as T
}
