import { readStatus } from '@slipway/environments'
import { buildImages, preparePromotion, preparePullRequest, promote, promoteHotfix, type Stop } from '@slipway/delivery'
import { systemClock } from '@slipway/objects'
import { buildSettings } from '../build-settings.ts'
import { type Io, UsageError } from '../io.ts'
import { type Format, formatOf, structured } from '../output/yaml.ts'
import { short } from '../output/table.ts'
import { type Connection, connect } from '../place.ts'
import { routeOf, stopsOf } from '../stops.ts'

/** Flags of `slipway promote`. */
export interface PromoteOptions {
  /** An environment, or a hotfix branch such as `hotfix/x`. */
  readonly from?: string
  readonly to?: string
  /** Prepare a branch for a pull request instead of moving production's. */
  readonly pr?: boolean
  readonly output?: string
}

/** Gives production exactly the tree that staging runs. */
export async function run(options: PromoteOptions, io: Io): Promise<number> {
  const format = formatOf(options.output)
  const connection = await connect(io)
  const { repository } = connection.place
  const stops = await stopsOf(repository)
  try {
    if (options.from !== undefined && !stops.some(({ environment }) => environment === options.from))
      return await hotfix({ connection, stops, branch: options.from, to: options.to, format }, io)
    const { from, to } = routeOf(stops, options)
    const request = { repository, from, to, state: await runningState(connection, from), now: systemClock.now() }
    if (options.pr === true) {
      const { branch, commands } = await preparePullRequest(repository, await preparePromotion(request))
      const text = `prepared ${branch}; next:\n${commands.map((line) => `  ${line}\n`).join('')}`
      io.stdout.write(structured({ branch, commands }, format) ?? text)
      return 0
    }
    const made = await promote(request)
    io.stdout.write(
      structured({ environment: to.environment, ...made }, format) ??
        `${to.branch} is at ${short(made.commit)}: the tree that ${from.environment} runs (${short(request.state.commit)}); ${to.environment} deploys it now\n`,
    )
    return 0
  } finally {
    repository.close()
  }
}

async function runningState(
  { client }: Connection,
  from: Stop,
): Promise<{ commit: string; sync: string; health: string }> {
  const { environments } = await readStatus(client)
  const found = environments.find(({ name }) => name === from.environment)
  return { commit: found?.commit ?? '', sync: found?.sync ?? 'Unknown', health: found?.health ?? 'Unknown' }
}

interface Hotfix {
  readonly connection: Connection
  readonly stops: readonly Stop[]
  readonly branch: string
  readonly to: string | undefined
  readonly format: Format
}

async function hotfix({ connection, stops, branch, to, format }: Hotfix, io: Io): Promise<number> {
  const { repository } = connection.place
  const target = to === undefined ? stops.at(-1) : stops.find(({ environment }) => environment === to)
  if (target === undefined) throw new UsageError(`there is no environment "${to ?? ''}"`)
  const settings = buildSettings(connection.place, io)
  const build = (commit: string): Promise<unknown> =>
    buildImages({ repository, commit, build: { ...settings, log: (line) => io.stderr.write(`${line}\n`) } })
  const made = await promoteHotfix({ repository, from: branch, to: target, now: systemClock.now(), build })
  io.stdout.write(
    structured({ environment: target.environment, ...made }, format) ??
      `${target.branch} is at ${short(made.commit)}: ${branch}; bring it to the others with \`slipway backport\`\n`,
  )
  return 0
}
