/** The rows of a table of `choice => outcome` lines; what the real tool did, recorded. Line breaks of an outcome are written as bars. */
export function rowsOf(table: string): [choice: string, outcome: string][] {
  const lines = table.split('\n').filter((line) => line !== '')
  return lines.map((line) => {
    const at = line.indexOf(' => ')
    return [line.slice(0, at), line.slice(at + ' => '.length)]
  })
}

/** The lines of a text that go and those that come in their place, up to where both texts end alike. */
export function changesOf(before: string, after: string): string {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < old.length && old[start] === fresh[start]) start++
  const most = Math.min(old.length, fresh.length) - start
  let end = 0
  while (end < most && old.at(-1 - end) === fresh.at(-1 - end)) end++
  const part = (lines: readonly string[]): string => lines.slice(start, lines.length - end).join('|')
  return `${part(old)} -> ${part(fresh)}`
}
