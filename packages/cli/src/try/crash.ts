import type { Scenario } from './scenarios.ts'
import { answerOf, SHORT_DEADLINE } from './serving.ts'

/** A configuration that the service refuses. */
export const crash: Scenario = {
  title: 'A configuration that the service refuses: back-off, and the old pod serves.',
  edits: () => [
    SHORT_DEADLINE,
    { path: 'deploy/chart/templates/configmap.yaml', from: /DRAIN_SECONDS: .*/, to: 'DRAIN_SECONDS: soon' },
  ],
  run: async (stage) => {
    const { environment } = stage.staging
    const commit = await stage.commit('Say a number in words', crash.edits(stage.staging))
    const backsOff = await stage.watch(
      environment,
      (status) => status.commit === commit && status.pods.some(({ status: pod }) => pod === 'CrashLoopBackOff'),
      60,
    )
    const { url } = await stage.environment(environment)
    const answer = await answerOf(url)
    stage.say(
      `Why: the chart renders, the manifests are valid, and only the service itself knows that DRAIN_SECONDS is a number: it exits with 78 and names the variable
(\`slipway logs ${environment} --previous\`). The kubelet starts it again after 10, 20, 40 ... 300 s. The old pod has its environment from its own start, so it serves: ${answer}.`,
    )
    return backsOff && answer === 200
  },
}
