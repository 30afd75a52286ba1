import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What lies in a work tree, but for what git ignores. */
export interface Survey {
  readonly directory: string
  /** Paths relative to the top, in git's order. */
  readonly files: readonly string[]
  /** The text of a file; '' for one that cannot be read. */
  read(path: string): string
}

const OTHERS = /(^|\/)(node_modules|vendor|testdata)\//

/** Looks at a work tree: what is committed and what is not yet. Other people's files are left out. */
export async function surveyOf(directory: string): Promise<Survey> {
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: directory, maxBuffer: 1 << 26 },
  )
  const files = stdout.split('\0').filter((path) => path !== '' && !OTHERS.test(path))
  return { directory, files, read: (path) => textOf(join(directory, path)) }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Deleted and not committed, or no file at all.
    return ''
  }
}
