import type { Command, Flag } from './types.ts'

/** Takes `--name[=value]` words off the front of an instruction's arguments. */
export function splitFlags(text: string): { flags: Flag[]; rest: string } {
  const flags: Flag[] = []
  let rest = text.trimStart()
  for (;;) {
    const match = /^--([A-Za-z][A-Za-z0-9-]*)(?:=(\S*))?(?:\s+|$)/.exec(rest)
    if (match === null) return { flags, rest }
    flags.push({ name: match[1] ?? '', value: match[2] ?? '' })
    rest = rest.slice(match[0].length)
  }
}

/**
 * Reads the exec form. Undefined where the text is no JSON at all: Docker then takes it for the shell form.
 * `wrong` is set for JSON that is an array of other things than strings, which Docker refuses.
 */
export function readJsonWords(text: string): { words: string[] } | { wrong: true } | undefined {
  if (!text.startsWith('[')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return { words: value }
    return { wrong: true }
  } catch {
    return undefined
  }
}

/** The command of CMD, ENTRYPOINT, RUN and HEALTHCHECK; undefined for an array that does not hold strings only. */
export function readCommand(text: string): Command | undefined {
  const json = readJsonWords(text)
  if (json === undefined) return { form: 'shell', text }
  return 'words' in json ? { form: 'exec', argv: json.words } : undefined
}
