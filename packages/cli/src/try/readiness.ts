import type { Scenario } from './scenarios.ts'
import { answerOf, SHORT_DEADLINE } from './serving.ts'

/** A broken readiness probe stops a rollout. */
export const readiness: Scenario = {
  title: 'A release that never gets ready stops; the old pod serves until the revert.',
  edits: () => [
    SHORT_DEADLINE,
    { path: 'deploy/chart/templates/deployment.yaml', from: 'path: /readyz', to: 'path: /nowhere' },
  ],
  run: async (stage) => {
    const { environment } = stage.staging
    const commit = await stage.commit('Ask for a path that is not there', readiness.edits(stage.staging))
    const done = await stage.watch(
      environment,
      (status) => status.commit === commit && status.health === 'Degraded',
      60,
    )
    const { url } = await stage.environment(environment)
    const answer = await answerOf(url)
    stage.say(
      `Why: the new pod runs, but its readiness probe fails, so it is no endpoint of the Service and the old pod is not ended. After progressDeadlineSeconds the Deployment says
ProgressDeadlineExceeded, and Argo CD calls the Application Degraded. ${url} still answers: ${answer}.`,
    )
    return done && answer === 200
  },
}
