import { promote as promoteTree } from '@slipway/delivery'
import { systemClock } from '@slipway/objects'
import { type Edit, textOf } from './edits.ts'
import type { Scenario } from './scenarios.ts'
import { runs, type Stage } from './stage.ts'

const VERSION = /"version": "\d+\.\d+\.\d+"/

/** What staging runs goes to production, and comes back. */
export const promote: Scenario = {
  title: 'Production gets exactly what staging runs: one commit, the same image digest.',
  edits: () => [],
  run: async (stage) => {
    const commit = await stage.commit('Make a new version', [await newVersion(stage)])
    if (!(await stage.watch(stage.staging.environment, runs(commit), 90))) return false
    return await promoteAndWatch(stage)
  },
}

async function newVersion({ repository, staging }: Stage): Promise<Edit> {
  const tree = await repository.loadTree((await repository.resolve(staging.branch)).commit)
  const path = ['app/package.json', 'package.json'].find((file) => VERSION.test(textOf(tree, file) ?? ''))
  if (path !== undefined)
    return { path, from: VERSION, to: (found) => found.replace(/\d+"$/, (last) => `${parseInt(last, 10) + 1}"`) }
  return { path: 'README.md', from: /$/, to: '\nPlayed by slipway try.\n' }
}

async function promoteAndWatch(stage: Stage): Promise<boolean> {
  const { repository, staging: from, production: to } = stage
  const state = await stage.environment(from.environment)
  const made = await promoteTree({ repository, from, to, state, now: systemClock.now() })
  stage.moved({ branch: made.branch, before: made.previous, after: made.commit })
  stage.say(`  $ slipway promote    # ${to.branch} is at ${made.commit.slice(0, 7)}`)
  const done = await stage.watch(to.environment, runs(made.commit), 120)
  const [staging, production] = await Promise.all([
    stage.environment(from.environment),
    stage.environment(to.environment),
  ])
  const same = staging.images[0]?.digest === production.images[0]?.digest
  stage.say(
    `Why: the promotion commit has the tree of ${from.branch}, so nothing was built again: both environments run ${production.images[0]?.digest.slice(0, 19) ?? 'no image of this repository'}. Its parents are ${to.branch} and ${from.branch}.
\`slipway rollback\` would give production the tree that it had before; here the branches go back to where they were.`,
  )
  return done && same
}
