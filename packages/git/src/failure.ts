import { withoutSecrets } from './allowed-url.ts'
import { GitError, type GitErrorCode } from './errors.ts'

/** A run of git that ended badly. */
export interface GitFailure {
  readonly args: readonly string[]
  readonly directory: string
  readonly code: number
  readonly stderr: string
}

interface Known {
  readonly pattern: RegExp
  readonly code: GitErrorCode
  readonly message: (failure: GitFailure) => string
  readonly hint: (failure: GitFailure) => string
}

const KNOWN: readonly Known[] = [
  {
    pattern: /detected dubious ownership/,
    code: 'GIT_UNSAFE_DIRECTORY',
    message: ({ directory }) => `git refuses ${directory}, because somebody else owns it`,
    hint: ({ directory }) => `if you trust it, run: git config --global --add safe.directory '${directory}'`,
  },
  {
    pattern: /not a git repository|not in a git directory/,
    code: 'GIT_NOT_A_REPOSITORY',
    message: ({ directory }) => `${directory} is not inside a git repository`,
    hint: () => 'change to your repository, or make one: git init && git add -A && git commit -m "First commit"',
  },
  {
    pattern: /cannot lock ref|is at [0-9a-f]+ but expected|reference already exists/,
    code: 'GIT_REF_MOVED',
    // What git says around the ref differs from version to version.
    message: ({ stderr }) =>
      `${/cannot lock ref '([^']+)'/.exec(stderr)?.[1] ?? 'a ref'} moved meanwhile: ${firstLine(stderr).replace(/^.*cannot lock ref '[^']+': /, '')}`,
    hint: () => 'try again: the new position is taken into account',
  },
]

/** The error for a failed run: one that is known by what git says, else git's own words. */
export function errorOfFailure(failure: GitFailure): GitError {
  const known = KNOWN.find(({ pattern }) => pattern.test(failure.stderr))
  if (known !== undefined) return new GitError(known.code, known.message(failure), { hint: known.hint(failure) })
  const said = firstLine(failure.stderr) || `exit code ${failure.code}`
  return new GitError('GIT_FAILED', `git ${commandOf(failure.args)}: ${said}`, { fault: 'system' })
}

// Settings stand before the command: `-c name=value`.
function commandOf(args: readonly string[]): string {
  return args.find((arg, at) => !arg.startsWith('-') && args[at - 1] !== '-c') ?? ''
}

function firstLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line !== '')
  const line = lines.find((text) => /^(fatal|error):/.test(text)) ?? lines[0] ?? ''
  return withoutSecrets(line.replace(/^(fatal|error): /, ''))
}
