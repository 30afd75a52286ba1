import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Client } from '@slipway/client'
import { type EnvironmentStatus, readStatus } from '@slipway/environments'
import type { Repository } from '@slipway/git'
import type { KubeObject } from '@slipway/objects'
import type { Io } from '../io.ts'

const run = promisify(execFile)
const POLL = 100

/** One edit of a file: the first place of a text, and what comes there. */
export interface Edit {
  readonly path: string
  readonly from: string | RegExp
  readonly to: string
}

/** What a scenario works on: the demo's repository and its running cluster. */
export interface Stage {
  readonly client: Client
  readonly repository: Repository
  /** Tells the reader something. */
  say(text: string): void
  environment(name: string): Promise<EnvironmentStatus>
  /** Makes one real commit on the branch that is checked out; returns its SHA. */
  commit(subject: string, edits: readonly Edit[]): Promise<string>
  /** Reverts the commits that this scenario made, newest first. */
  cleanUp(): Promise<string | undefined>
  /** Narrates what Kubernetes and Argo CD do in an environment until a check passes; false when time was up first. */
  watch(name: string, until: (status: EnvironmentStatus) => boolean, seconds: number): Promise<boolean>
}

interface Event extends KubeObject {
  readonly reason: string
  readonly message: string
  readonly type: string
  readonly count?: number
  readonly involvedObject: { readonly kind: string; readonly name: string }
}

/** Sets a stage up in a repository whose work tree is clean. */
export function makeStage(client: Client, repository: Repository, io: Io): Stage {
  const { directory } = repository
  const made: string[] = []
  const told = new Set<string>()
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { cwd: directory, env: { ...io.env } as NodeJS.ProcessEnv })).stdout.trim()
  const environment = async (name: string): Promise<EnvironmentStatus> => {
    const found = (await readStatus(client)).environments.find((each) => each.name === name)
    if (found === undefined) throw new Error(`there is no environment ${name}`)
    return found
  }
  const tell = (line: string): void => {
    if (!told.has(line)) io.stdout.write(`    ${line}\n`)
    told.add(line)
  }
  return {
    client,
    repository,
    say: (text) => io.stdout.write(`\n${text}\n`),
    environment,
    commit: async (subject, edits) => {
      for (const edit of edits) await applyEdit(directory, edit)
      await git('commit', '--quiet', '--all', '--message', subject)
      const sha = await git('rev-parse', 'HEAD')
      made.push(sha)
      io.stdout.write(`  $ git commit -am '${subject}'    # ${sha.slice(0, 7)}\n`)
      return sha
    },
    cleanUp: async () => {
      if (made.length === 0) return undefined
      for (const sha of made.toReversed()) await git('revert', '--no-edit', sha)
      made.length = 0
      return git('rev-parse', 'HEAD')
    },
    watch: async (name, until, seconds) => {
      for (const event of await listEvents(client, name)) told.add(lineOf(event))
      const limit = performance.now() + seconds * 1000
      while (!io.signal.aborted) {
        const status = await environment(name)
        for (const event of await listEvents(client, status.namespace)) tell(lineOf(event))
        tell(
          `argo cd: ${name} is ${status.sync}, ${status.health}; ${status.pods.filter(({ ready }) => ready).length} of ${status.pods.length} pods ready`,
        )
        if (until(status)) return true
        if (performance.now() > limit) return false
        await new Promise((resolve) => setTimeout(resolve, POLL))
      }
      return false
    },
  }
}

async function applyEdit(directory: string, { path, from, to }: Edit): Promise<void> {
  const file = join(directory, path)
  const before = await readFile(file, 'utf8')
  const after = before.replace(from, to)
  if (after === before)
    throw new Error(
      `${path} does not have what this scenario changes; make the demo anew with \`npm start -- --reset\``,
    )
  await writeFile(file, after)
}

async function listEvents(client: Client, namespace: string): Promise<readonly Event[]> {
  return (await client.list<Event>({ apiVersion: 'v1', kind: 'Event' }, { namespace })).items
}

function lineOf({ involvedObject, reason, message }: Event): string {
  return `kubernetes: ${involvedObject.kind.toLowerCase()}/${involvedObject.name} ${reason}: ${message}`
}

/** True when an environment runs a commit, Synced and Healthy, with only ready pods. */
export function runs(commit: string): (status: EnvironmentStatus) => boolean {
  return (status) =>
    status.commit === commit &&
    status.sync === 'Synced' &&
    status.health === 'Healthy' &&
    status.pods.every(({ ready }) => ready)
}
