import type { Client } from '@slipway/client'
import type { Stop } from '@slipway/delivery'
import { type EnvironmentStatus, readStatus } from '@slipway/environments'
import type { Repository } from '@slipway/git'
import type { Io } from '../io.ts'
import { commitOn, type Move, takeBack } from './branches.ts'
import type { Edit } from './edits.ts'
import { Interrupted } from './errors.ts'
import { makeNarrator } from './narrator.ts'
import { type Roles, rolesOf } from './roles.ts'

const POLL = 100
const RESTORED_WITHIN = 150

/** Whether an environment is as a scenario waits for it to be. */
export type Check = (status: EnvironmentStatus) => boolean | Promise<boolean>

/** What a scenario works on: a repository with two environments, and its running cluster. */
export interface Stage extends Roles {
  readonly client: Client
  readonly repository: Repository
  /** Tells the reader something. */
  say(text: string): void
  environment(name: string): Promise<EnvironmentStatus>
  /** Makes one real commit on staging's branch; returns its SHA. */
  commit(subject: string, edits: readonly Edit[]): Promise<string>
  /** Notes that something else moved a branch, so that the clean-up takes it back. */
  moved(move: Move): void
  /** Narrates what Kubernetes and Argo CD do in an environment until a check passes; false when time was up first. @throws Interrupted */
  watch(name: string, until: Check, seconds: number): Promise<boolean>
  /** Gives every branch that moved its commit back, and waits for the environments to be where they were; false when they were not in time. */
  cleanUp(): Promise<boolean>
}

/** What a stage is set up with. */
export interface StageParts {
  readonly client: Client
  readonly repository: Repository
}

/** Sets a stage up. @throws TryError `CLI_NOT_THE_DEMO` in a repository with a single environment */
export async function makeStage({ client, repository }: StageParts, io: Io): Promise<Stage> {
  const { staging, production } = await rolesOf(repository)
  const narrator = await makeNarrator(client, io.stdout)
  const moves: Move[] = []
  const environment = async (name: string): Promise<EnvironmentStatus> => {
    const found = (await readStatus(client)).environments.find((each) => each.name === name)
    if (found === undefined) throw new Error(`there is no environment ${name}`)
    return found
  }
  const watch: Stage['watch'] = async (name, until, seconds) => {
    const limit = performance.now() + seconds * 1000
    for (;;) {
      if (io.signal.aborted) throw new Interrupted()
      const status = await environment(name)
      await narrator.look(status)
      if (await until(status)) return true
      if (performance.now() > limit) return false
      await new Promise((resolve) => setTimeout(resolve, POLL))
    }
  }
  return {
    client,
    repository,
    staging,
    production,
    say: (text) => io.stdout.write(`\n${text}\n`),
    environment,
    commit: async (subject, edits) => {
      const move = await commitOn(repository, staging.branch, { subject, edits })
      moves.push(move)
      io.stdout.write(`  $ git commit -am '${subject}'    # ${staging.branch} is at ${move.after.slice(0, 7)}\n`)
      return move.after
    },
    moved: (move) => moves.push(move),
    watch,
    cleanUp: () => cleanUp({ repository, stops: [staging, production], moves, watch }, io),
  }
}

async function cleanUp(
  parts: Pick<Stage, 'repository' | 'watch'> & { readonly stops: readonly Stop[]; readonly moves: Move[] },
  io: Io,
): Promise<boolean> {
  const { repository, stops, moves, watch } = parts
  if (moves.length === 0) return true
  const heads = await takeBack(repository, moves.splice(0))
  const shown = [...heads].map(([branch, commit]) => `${branch} is at ${commit.slice(0, 7)} again`)
  io.stdout.write(`\nCleaning up: ${shown.join(', ')}.\n`)
  // Whoever pressed Ctrl-C does not want to wait: the cluster goes on by itself.
  if (io.signal.aborted) return true
  let isRestored = true
  for (const { environment, branch } of stops) {
    const head = heads.get(branch)
    if (head !== undefined && !(await watch(environment, runs(head), RESTORED_WITHIN))) isRestored = false
  }
  return isRestored
}

/** True when an environment runs a commit, Synced and Healthy, with only ready pods. */
export function runs(commit: string): (status: EnvironmentStatus) => boolean {
  return (status) =>
    status.commit === commit &&
    status.sync === 'Synced' &&
    status.health === 'Healthy' &&
    status.pods.every(({ ready }) => ready)
}
