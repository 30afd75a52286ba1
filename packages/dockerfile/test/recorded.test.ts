import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseDockerfile, parseIgnore, substitute, type Instruction } from '@slipway/dockerfile'

// What BuildKit 0.17.3 and moby/patternmatcher 0.6.0 answered; recorded/record.mjs asks them.
interface Recorded<T> {
  readonly kind: string
  readonly text: string
  readonly answer: T | { readonly error: string }
}

interface BuildKitStage {
  readonly name: string
  readonly base: string
  readonly commands: readonly (readonly unknown[])[]
}

const lines = readFileSync(new URL('recorded/buildkit.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')

function recorded<T>(kind: string): Recorded<T>[] {
  return lines.map((line) => JSON.parse(line) as Recorded<T>).filter((each) => each.kind === kind)
}

const refused = (answer: unknown): boolean => answer !== null && typeof answer === 'object' && 'error' in answer

test('words are resolved as BuildKit does', () => {
  const env: Record<string, string> = { A: 'one', EMPTY: '', B: 'two words' }
  const own = (text: string) => {
    try {
      return { value: substitute(text, (name) => env[name]) }
    } catch {
      return 'refused'
    }
  }
  const cases = recorded<{ value: string }>('word')
  expect(cases.map(({ text }) => [text, own(text)])).toEqual(
    cases.map(({ text, answer }) => [text, refused(answer) ? 'refused' : answer]),
  )
})

// A pattern that moby refuses matches nothing here: a build context is still there to look at.
test('.dockerignore files leave out what moby leaves out', () => {
  const paths = ['a', 'b', 'a/b', 'a/b/c', 'x.md', 'a/x.md', 'b/a/x.md', 'a b', '+', '*', 'c/a', 'ab', 'a/ab/b']
  const cases = recorded<string[]>('ignore').filter(({ answer }) => !refused(answer))
  expect(cases.length).toBeGreaterThan(200)
  expect(cases.map(({ text }) => [text, paths.filter(parseIgnore(text))])).toEqual(
    cases.map(({ text, answer }) => [text, answer]),
  )
})

test('Dockerfiles are read, or refused, as BuildKit does', () => {
  const own = (text: string) => {
    const { stages, diagnostics } = parseDockerfile(text, 'Dockerfile')
    if (diagnostics.some(({ severity }) => severity === 'error')) return 'refused'
    return stages.map(({ name, base, instructions }) => ({
      name: name ?? '',
      base,
      commands: instructions.map(describe),
    }))
  }
  const cases = recorded<BuildKitStage[]>('file')
  expect(cases.map(({ text }) => [text, own(text)])).toEqual(
    cases.map(({ text, answer }) => [text, refused(answer) ? 'refused' : withoutDetails(answer as BuildKitStage[])]),
  )
})

function describe(instruction: Instruction): unknown[] {
  switch (instruction.keyword) {
    case 'ENV':
    case 'LABEL':
      return [instruction.keyword, instruction.pairs.map(({ name, value }) => [name, value])]
    case 'ARG':
      return ['ARG', instruction.args.map(({ name, value }) => [name, value ?? null])]
    case 'COPY':
    case 'ADD':
      return [instruction.keyword, instruction.sources, instruction.destination]
    case 'EXPOSE':
    case 'VOLUME':
      return [instruction.keyword, instruction.words]
    case 'HEALTHCHECK':
      return ['HEALTHCHECK', instruction.command === undefined ? ['NONE'] : healthTest(instruction.command)]
    default:
      return [instruction.keyword, 'command' in instruction ? argv(instruction.command) : instruction.value]
  }
}

type Command =
  | { readonly form: 'exec'; readonly argv: readonly string[] }
  | { readonly form: 'shell'; readonly text: string }

const argv = (command: Command) => (command.form === 'exec' ? command.argv : [command.text])

const healthTest = (command: Command) => [command.form === 'exec' ? 'CMD' : 'CMD-SHELL', ...argv(command)]

/** Names and values of pairs only; an empty list where Go has null. */
function withoutDetails(stages: readonly BuildKitStage[]): unknown {
  const pair = (entry: unknown): unknown => {
    const { Key, Value } = entry as { Key?: string; Value?: string | null }
    return Key === undefined ? entry : [Key, Value ?? null]
  }
  const commands = (list: BuildKitStage['commands']) =>
    list.map(([keyword, ...rest]) => [
      keyword,
      ...rest.map((part) => (Array.isArray(part) ? part.map(pair) : (part ?? []))),
    ])
  return stages.map((stage) => ({ ...stage, commands: commands(stage.commands) }))
}
