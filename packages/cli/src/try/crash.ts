import type { Scenario } from './scenarios.ts'

/** A configuration that the service refuses. */
export const crash: Scenario = {
  title: 'A configuration that the service refuses: back-off, and the old pod serves.',
  run: async (stage) => {
    const commit = await stage.commit('Log at a level that does not exist', [
      { path: 'deploy/chart/templates/configmap.yaml', from: /LOG_LEVEL: .*/, to: 'LOG_LEVEL: loud' },
    ])
    const backsOff = await stage.watch(
      'staging',
      (status) => status.commit === commit && status.pods.some(({ status: pod }) => pod === 'CrashLoopBackOff'),
      60,
    )
    const { url } = await stage.environment('staging')
    const answer = await fetch(url, { headers: { connection: 'close' } })
    stage.say(
      `Why: the chart renders, the manifests are valid, and only the service itself knows its levels: it exits with 78 and names the variable (\`slipway logs staging --previous\`).
The kubelet starts it again after 10, 20, 40 ... 300 s. The old pod has its own environment from its start, so it serves: ${answer.status}.`,
    )
    return backsOff && answer.ok
  },
}
