import type { SourceTree } from '@slipway/diag'
import { TryError } from './errors.ts'

/** One edit of a file: the first place of a text, and what comes there. */
export interface Edit {
  readonly path: string
  readonly from: string | RegExp
  readonly to: string | ((found: string) => string)
}

/** The files of a tree after some edits. @throws TryError `CLI_NOT_THE_DEMO` where there is nothing to edit */
export function edited(tree: SourceTree, edits: readonly Edit[]): Readonly<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const { path, from, to } of edits) {
    const before = files[path] ?? textOf(tree, path)
    const after = before?.replace(from, (found) => (typeof to === 'string' ? to : to(found)))
    if (after === undefined || after === before) throw notHere(path, from)
    files[path] = after
  }
  return files
}

/** The text of a file; undefined where there is none. */
export function textOf(tree: SourceTree, path: string): string | undefined {
  const data = tree.read(path)
  return data === undefined ? undefined : new TextDecoder().decode(data)
}

function notHere(path: string, from: string | RegExp): TryError {
  const what = typeof from === 'string' ? from : from.source.replaceAll('\\', '')
  return new TryError(
    'CLI_NOT_THE_DEMO',
    `this scenario changes "${what}" in ${path}, and the repository has no such line`,
    {
      hint: '`slipway try drift` and `slipway try promote` need no line of the starter; `npm start` in a clone of Slipway makes a demo for all of them',
    },
  )
}
