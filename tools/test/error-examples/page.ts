import type { Example, Room } from './example.ts'

const LANGUAGES: Readonly<Record<string, string>> = { yaml: 'yaml', yml: 'yaml', json: 'json', js: 'js' }

const INTRODUCTION = `Each example is run by a test and produces exactly the code in its heading; [errors.md](../errors.md) has all codes in one table. After \`$\` stands what was
entered; without one, the error comes of what the text says, and is printed as every command prints it. \`slipway helm\` and \`slipway kustomize\` print what stands here
on a terminal; a pipe gets the words of the real tools alone.`

/** The page of a room: a heading for each code, what makes it, and what is printed. */
export function pageOf(room: Room, sections: readonly string[]): string {
  return (
    [
      `# Errors by example: ${room.title}`,
      INTRODUCTION,
      '<!-- Written by: npx vitest run tools/test/error-examples -u -->',
      ...sections,
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  )
}

/** The section of one example. */
export function sectionOf(example: Example, printed: string): string {
  const files = Object.entries(example.files ?? {}).map(
    ([path, text]) => `\`${path}\`:\n\n${fenced(languageOf(path), text)}`,
  )
  const input = example.input === undefined ? [] : [fenced('text', example.input)]
  const output = example.command === undefined ? printed : `$ ${example.command}\n${printed}`
  return [`## \`${example.code}\``, example.when, ...files, ...input, fenced('console', output)].join('\n\n')
}

/** The section that a page has for a code already. */
export function sectionIn(page: string, code: string): string {
  const section = page.split(/^(?=## )/m).find((part) => part.startsWith(`## \`${code}\``))
  return section?.trimEnd() ?? ''
}

function fenced(language: string, text: string): string {
  const fence = text.includes('```') ? '````' : '```'
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`
}

function languageOf(path: string): string {
  if (/(^|\/)Dockerfile$/.test(path)) return 'dockerfile'
  return LANGUAGES[path.split('.').at(-1) ?? ''] ?? 'text'
}
