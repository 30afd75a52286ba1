import { execFile } from 'node:child_process'
import { access, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CodedError } from '@slipway/diag'
import { GitError, openRepository, type Repository } from '@slipway/git'
import { dnsLabel, replacePlaceholders, replacementsOf, type Replacements } from '../init/placeholders.ts'
import type { Io } from '../io.ts'

/** Why the starter is not written. */
export type InitErrorCode = 'CLI_OWN_CHART' | 'CLI_REMOTE_URL'

/** A repository that the starter does not fit. */
export class InitError extends CodedError<InitErrorCode> {}

// Beside the bundle; `tools/build.mjs` puts the starter's files there.
const STARTER = fileURLToPath(new URL('../starter', import.meta.url))
const exec = promisify(execFile)

/** Writes the starter into the repository of the current folder, with its own name, remote and image. Nothing that exists is touched. */
export async function run(io: Io): Promise<number> {
  const repository = await openOrInit(io)
  try {
    const { directory } = repository
    // Before a remote is added: what is refused changes nothing.
    await refuseOwnChart(directory)
    const replacements = await replacementsFor(repository, io)
    const files = await filesBelow(STARTER)
    const ownService = await hasService(directory)
    const wanted = ownService ? files.filter((file) => !file.startsWith('app/')) : files
    const written: string[] = []
    for (const file of wanted) if (await writeNew(file, directory, replacements)) written.push(file)
    report({ written, kept: wanted.length - written.length, ownService, name: replacements.name }, io)
    return 0
  } finally {
    repository.close()
  }
}

async function openOrInit(io: Io): Promise<Repository> {
  try {
    return await openRepository(io.cwd, { env: io.env })
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== 'GIT_NOT_A_REPOSITORY') throw error
    await git(io.cwd, io, ['init', '--quiet', '--initial-branch=master'])
    io.stdout.write('made a git repository\n')
    return openRepository(io.cwd, { env: io.env })
  }
}

async function replacementsFor(repository: Repository, io: Io): Promise<Replacements> {
  const remotes = await repository.remotes()
  const url = (remotes.find(({ name }) => name === 'origin') ?? remotes[0])?.url
  if (url !== undefined) {
    const found = replacementsOf(url)
    if (found !== undefined) return found
    throw new InitError('CLI_REMOTE_URL', `the remote's URL ${url} names no owner and repository`, {
      hint: 'git remote set-url origin https://github.com/<owner>/<name>.git',
    })
  }
  const invented = `https://github.com/acme/${dnsLabel(basename(repository.directory))}.git`
  await git(repository.directory, io, ['remote', 'add', 'origin', invented])
  io.stdout.write(`added the remote origin ${invented}; change it with git remote set-url, and in argocd/ with it\n`)
  return replacementsOf(invented) as Replacements
}

async function refuseOwnChart(directory: string): Promise<void> {
  const charts = (await trackedOrFound(directory)).filter(
    (path) => /(^|\/)Chart\.yaml$/.test(path) && path !== 'deploy/chart/Chart.yaml',
  )
  if (charts.length === 0) return
  throw new InitError('CLI_OWN_CHART', `this repository has a chart of its own: ${charts.join(', ')}`, {
    hint: 'write an Application for it (starter/argocd/applications/staging.yaml of Slipway is an example); `slipway up` then runs it as it is',
  })
}

async function trackedOrFound(directory: string): Promise<string[]> {
  const { stdout } = await exec('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: directory,
    maxBuffer: 1 << 26,
  })
  return stdout.split('\0')
}

// A service that is there already has its own sources and Dockerfile; the rest of the road is written around it.
async function hasService(directory: string): Promise<boolean> {
  const marks = await Promise.all(['Dockerfile', 'package.json'].map((name) => exists(join(directory, name))))
  return marks.includes(true)
}

async function writeNew(file: string, directory: string, replacements: Replacements): Promise<boolean> {
  const target = join(directory, file.replace(/_gitignore$/, '.gitignore'))
  if (await exists(target)) return false
  const source = join(STARTER, file)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, replacePlaceholders(await readFile(source, 'utf8'), replacements), {
    mode: (await stat(source)).mode,
    flag: 'wx',
  })
  return true
}

function report(
  did: {
    readonly written: readonly string[]
    readonly kept: number
    readonly ownService: boolean
    readonly name: string
  },
  io: Io,
): void {
  for (const file of did.written) io.stdout.write(`  ${file}\n`)
  io.stdout.write(`wrote ${did.written.length} files for ${did.name}; ${did.kept} were there and stay as they are\n`)
  if (did.ownService) {
    io.stdout.write(
      'your service stays as it is: the chart asks it for /startupz, /livez and /readyz on port 9090 (deploy/chart/values.yaml, ports.management)\n',
    )
  }
  if (did.written.length > 0)
    io.stdout.write(
      "\nnext:\n  git add --all && git commit -m 'Add the road to production'\n  git branch stg && git checkout stg\n  slipway up --trust\n",
    )
}

async function filesBelow(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true })
  const nested = await Promise.all(
    entries.map(async (entry) =>
      entry.isDirectory() ? filesBelow(folder, `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`],
    ),
  )
  return nested.flat().sort((a, b) => (a < b ? -1 : 1))
}

function git(cwd: string, io: Io, args: readonly string[]): Promise<unknown> {
  return exec('git', args, { cwd, env: { ...io.env } as NodeJS.ProcessEnv })
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
