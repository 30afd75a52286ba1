import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryDirectory } from '@slipway/testkit'

/** The folder in which an example happens, and the home around it. */
export interface Place {
  readonly home: string
  readonly directory: string
  /** The environment of the command; an example may change it. */
  readonly env: Record<string, string>
  /** Writes a file of the folder. */
  write(path: string, content: string | Uint8Array): void
  /** Runs git in the folder and gives what it printed; commits are the same at every run. */
  git(...args: string[]): string
  /** Commits all that is there. */
  commit(subject: string): string
}

const ALWAYS = '2026-01-01T12:00:00Z'
const PERSON = {
  GIT_AUTHOR_NAME: 'Dev',
  GIT_AUTHOR_EMAIL: 'dev@example.org',
  GIT_AUTHOR_DATE: ALWAYS,
  GIT_COMMITTER_NAME: 'Dev',
  GIT_COMMITTER_EMAIL: 'dev@example.org',
  GIT_COMMITTER_DATE: ALWAYS,
}

/** A fresh home with an empty folder `shop`; removed when the test is finished. */
export async function makePlace(): Promise<Place> {
  const home = await temporaryDirectory()
  const directory = join(home, 'shop')
  mkdirSync(directory)
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    NO_COLOR: '1',
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_CACHE_HOME: join(home, '.cache'),
    GIT_CONFIG_NOSYSTEM: '1',
  }
  const gitEnv = { ...env, ...PERSON }
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: directory,
      env: gitEnv,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  return {
    home,
    directory,
    env,
    git,
    write: (path, content) => {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), content)
    },
    commit: (subject) => {
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', subject)
      return git('rev-parse', 'HEAD')
    },
  }
}

/** Makes the folder a repository with one commit of what is in it. */
export function makeRepository(place: Place): void {
  place.git('init', '--quiet', '--initial-branch=master')
  place.git('remote', 'add', 'origin', 'https://github.com/acme/shop.git')
  place.commit('First')
}
