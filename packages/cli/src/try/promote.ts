import { promote as promoteTree } from '@slipway/delivery'
import { systemClock } from '@slipway/objects'
import type { Scenario } from './scenarios.ts'
import { runs, type Stage } from './stage.ts'

/** What staging runs goes to production, and comes back. */
export const promote: Scenario = {
  title: 'Production gets exactly what staging runs: one commit, the same image digest.',
  run: async (stage) => {
    const commit = await stage.commit('Release 1.0.1', [
      { path: 'app/package.json', from: /"version": "[^"]+"/, to: '"version": "1.0.1"' },
    ])
    if (!(await stage.watch('staging', runs(commit), 90))) return false
    return await promoteAndWatch(stage, commit)
  },
}

async function promoteAndWatch(stage: Stage, commit: string): Promise<boolean> {
  const { repository } = stage
  const from = { environment: 'staging', branch: 'stg' }
  const to = { environment: 'production', branch: 'master' }
  const made = await promoteTree({
    repository,
    from,
    to,
    state: { commit, sync: 'Synced', health: 'Healthy' },
    now: systemClock.now(),
  })
  stage.say(`  $ slipway promote    # master is ${made.commit.slice(0, 7)}`)
  const done = await stage.watch('production', runs(made.commit), 120)
  const [staging, production] = await Promise.all([stage.environment('staging'), stage.environment('production')])
  const same = staging.images[0]?.digest === production.images[0]?.digest
  stage.say(
    `Why: the promotion commit has the tree of stg, so nothing was built again: both environments run ${production.images[0]?.digest.slice(0, 19) ?? ''}. Its parents are master and stg.
\`slipway rollback\` gives production the tree that it had before.`,
  )
  return done && same
}
