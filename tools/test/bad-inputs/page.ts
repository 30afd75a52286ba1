import type { NamedPlace, OtherRow, Row, ShownBy, ShownRow } from './rows.ts'

const INTRODUCTION = `What comes of an input that is wrong, hostile or only unusual: the error code, or what is answered instead; the file and line or the resource that is named; the exit
code of the command that it comes out of; what to do; the tests that show it. Paths are those of the example that a test makes. A place in \`<>\` differs from one time to the
next. [errors.md](errors.md) has every code in one table, [exit-codes.md](exit-codes.md) every exit code.`

const ADVISORIES = `Inputs that published advisories of Argo CD, Helm, Flux, Kustomize, git and Kubernetes are about.`
const EVERYDAY = `Where it is started, how it is called, and what a repository holds.`
const HEAD = '| | input | code or answer | names | exit code | do | test |\n|---|---|---|---|---|---|---|'

/** docs/bad-inputs.md: a table of what published advisories are about, one of all else, and one of what cannot come. */
export function badInputsPage(rows: readonly Row[], published: number): string {
  const shown = rows.filter((row) => row.status === 'shown')
  const others = rows.filter((row) => row.status !== 'shown')
  return [
    '# Bad inputs',
    INTRODUCTION,
    '<!-- Written by: npx vitest run tools/test/bad-inputs.test.ts -u -->',
    '## Inputs of published advisories',
    ADVISORIES,
    tableOf(shown.filter(({ id }) => id <= published)),
    '## Everyday inputs',
    EVERYDAY,
    tableOf(shown.filter(({ id }) => id > published)),
    '## What cannot come',
    `| | input | why |\n|---|---|---|\n${others.map(otherLine).join('\n')}\n`,
  ].join('\n\n')
}

const tableOf = (rows: readonly ShownRow[]): string => `${HEAD}\n${rows.map(lineOf).join('\n')}`

function lineOf(row: ShownRow): string {
  const tests = [row.test, ...(row.also ?? [])].map(testOf).join('; ')
  return `| ${[row.id, escaped(row.input), outcomeOf(row), placeOf(row.at), exitOf(row), escaped(row.remedy), tests].join(' | ')} |`
}

function otherLine({ id, input, reason }: OtherRow): string {
  return `| ${id} | ${escaped(input)} | ${escaped(reason)} |`
}

function outcomeOf({ code, answer }: ShownRow): string {
  return [code === undefined ? undefined : `\`${code}\``, answer && escaped(answer)].filter(Boolean).join('; ')
}

function placeOf({ kind, names }: NamedPlace): string {
  return names === undefined ? kind : `${kind} ${inCode(names)}`
}

function exitOf({ exit, from }: ShownRow): string {
  return exit === null ? `none: ${from}` : `${exit}: \`${from}\``
}

function testOf({ file, name, case: one }: ShownBy): string {
  return `\`${file}\`: ${escaped(name)}${one === undefined ? '' : ` (${inCode(one)})`}`
}

// A table's cell ends at a bar, and markup would be read as HTML.
const escaped = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;')
const inCode = (text: string): string => `\`${text.replaceAll('|', String.raw`\|`)}\``
