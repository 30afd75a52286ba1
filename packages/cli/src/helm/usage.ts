import { HelmError } from './io.ts'

/** A command's path and its line of usage. */
export interface Usage {
  readonly path: string
  readonly line: string
}

/** Fails unless there are so many arguments. */
export function exactly(usage: Usage, count: number, args: readonly string[]): void {
  if (args.length !== count) refuse(usage, `requires ${count} ${plural('argument', count)}`)
}

/** Fails when there are fewer arguments. */
export function atLeast(usage: Usage, count: number, args: readonly string[]): void {
  if (args.length < count) refuse(usage, `requires at least ${count} ${plural('argument', count)}`)
}

/** Fails when there are more arguments. */
export function atMost(usage: Usage, count: number, args: readonly string[]): void {
  if (args.length <= count) return
  refuse(usage, count === 0 ? 'accepts no arguments' : `accepts at most ${count} ${plural('argument', count)}`)
}

function refuse(usage: Usage, problem: string): never {
  throw new HelmError(`"${usage.path}" ${problem}\n\nUsage:  ${usage.line}`)
}

function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`
}
