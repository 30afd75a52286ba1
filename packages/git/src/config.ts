import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { GitRunner } from './command.ts'

/** A remote, as the configuration names it. */
export interface Remote {
  readonly name: string
  readonly url: string
}

/** What of git's configuration matters here. */
export interface Settings {
  /** Remotes with the URL that they are fetched from, before `insteadOf` rewrites it: manifests name the public one. */
  readonly remotes: readonly Remote[]
  /** The identity that the user's configuration gives commits; undefined where it gives none. */
  readonly identity: { readonly name: string; readonly email: string } | undefined
}

// Files that the configuration includes are not among those that are looked at: what they say is at most so many milliseconds old.
const KEPT_FOR = 30_000

/** Reads the configuration, and again only when one of its files changed: releases and refreshes ask for it all the time. */
export function settingsReader(
  git: GitRunner,
  folders: { readonly gitDirectory: string; readonly commonDirectory: string },
): () => Promise<Settings> {
  let known: { readonly state: string; readonly until: number; readonly settings: Promise<Settings> } | undefined
  return async () => {
    const state = stateOf(filesOf(git, folders))
    if (known !== undefined && known.state === state && performance.now() < known.until) return known.settings
    const settings = readSettings(git)
    known = { state, until: performance.now() + KEPT_FOR, settings }
    settings.catch(() => {
      known = undefined
    })
    return settings
  }
}

function filesOf(
  { env }: GitRunner,
  { gitDirectory, commonDirectory }: { readonly gitDirectory: string; readonly commonDirectory: string },
): readonly string[] {
  const home = env['HOME'] ?? ''
  return [
    join(commonDirectory, 'config'),
    join(gitDirectory, 'config.worktree'),
    env['GIT_CONFIG_GLOBAL'] ?? join(home, '.gitconfig'),
    join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'git/config'),
  ]
}

// At once: each look takes microseconds, and a look through the thread pool a hundred times that, for every reconciliation.
function stateOf(files: readonly string[]): string {
  return files.map(stateOfFile).join()
}

function stateOfFile(file: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(file, { bigint: true })
    return `${ino}.${size}.${mtimeNs}`
  } catch {
    return ''
  }
}

async function readSettings(git: GitRunner): Promise<Settings> {
  const { text } = await git.run({ args: ['config', '--null', '--list'] })
  const remotes = new Map<string, Remote>()
  const user = new Map<string, string>()
  for (const entry of text.split('\0')) {
    const newline = entry.indexOf('\n')
    if (newline < 0) continue
    const [key, value] = [entry.slice(0, newline), entry.slice(newline + 1)]
    const remote = /^remote\.(.+)\.url$/s.exec(key)?.[1]
    // The first URL is fetched from; more are pushed to.
    if (remote !== undefined && !remotes.has(remote)) remotes.set(remote, { name: remote, url: value })
    if (key === 'user.name' || key === 'user.email') user.set(key, value)
  }
  const [name = '', email = ''] = [user.get('user.name'), user.get('user.email')]
  return { remotes: [...remotes.values()], identity: name === '' || email === '' ? undefined : { name, email } }
}
