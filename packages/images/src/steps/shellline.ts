import { splitWords } from '@slipway/dockerfile'

/** One command of a RUN line: variables set for it alone, then program and arguments, quotes not yet resolved. */
export interface ShellCommand {
  readonly assignments: readonly { readonly name: string; readonly value: string }[]
  readonly words: readonly string[]
}

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s

/**
 * Reads `A=1 npm ci && npm run build` into its commands. There is no shell: anything besides words, quotes, variables and `&&` gives the reason why not.
 */
export function readShellLine(text: string): readonly ShellCommand[] | { readonly refused: string } {
  const words = splitWords(spacedOperators(text), '\\')
  const commands: string[][] = [[]]
  for (const word of words) {
    if (word === '&&') commands.push([])
    else {
      const refused = forbidden(word)
      if (refused !== undefined) return { refused }
      commands.at(-1)?.push(word)
    }
  }
  return commands.map(splitAssignments)
}

function splitAssignments(words: readonly string[]): ShellCommand {
  const first = words.findIndex((word) => !ASSIGNMENT.test(word))
  const count = first < 0 ? words.length : first
  const assignments = words.slice(0, count).map((word) => {
    const match = ASSIGNMENT.exec(word)
    return { name: match?.[1] ?? '', value: match?.[2] ?? '' }
  })
  return { assignments, words: words.slice(count) }
}

/** `a&&b` and `a &&b` are as good as `a && b`. */
function spacedOperators(text: string): string {
  return mapUnquoted(text, (plain) => plain.replaceAll('&&', ' && '))
}

function forbidden(word: string): string | undefined {
  let found: string | undefined
  const visible = mapUnquoted(word, (plain) => {
    found ??= /[|;<>()&*?`\n]|\[|~(?=\/|$)/.exec(plain.replace(/\\./g, ''))?.[0]
    return plain
  })
  const substitution = /`|\$\(/.exec(visible.replace(/'[^']*'/g, ''))?.[0]
  const operator = found ?? substitution
  return operator === undefined ? undefined : `'${operator}' needs a shell`
}

function mapUnquoted(text: string, map: (plain: string) => string): string {
  return text.replace(/'[^']*'|"(?:\\.|[^"\\])*"|(?:\\.|[^'"\\])+/gs, (part) => (/^['"]/.test(part) ? part : map(part)))
}
