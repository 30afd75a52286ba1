import type { Scenario } from './scenarios.ts'

/** A broken readiness probe stops a rollout. */
export const readiness: Scenario = {
  title: 'A release that never gets ready stops; the old pod serves until the revert.',
  run: async (stage) => {
    const commit = await stage.commit('Ask for a path that is not there', [
      { path: 'deploy/chart/values.yaml', from: /progressDeadline: \d+/, to: 'progressDeadline: 15' },
      { path: 'deploy/chart/templates/deployment.yaml', from: 'path: /readyz', to: 'path: /nowhere' },
    ])
    const done = await stage.watch('staging', (status) => status.commit === commit && status.health === 'Degraded', 60)
    const { url } = await stage.environment('staging')
    const answer = await fetch(url, { headers: { connection: 'close' } })
    stage.say(
      `Why: the new pod runs, but its readiness probe fails, so it is no endpoint of the Service and the old pod is not ended. After progressDeadlineSeconds the Deployment says
ProgressDeadlineExceeded, and Argo CD calls the Application Degraded. ${url} still answers: ${answer.status}.`,
    )
    return done && answer.ok
  },
}
