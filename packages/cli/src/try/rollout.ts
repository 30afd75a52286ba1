import type { Scenario } from './scenarios.ts'
import { runs } from './stage.ts'

/** A changed value rolls staging. */
export const rollout: Scenario = {
  title: 'A commit on stg rolls staging, pod by pod; production does not move.',
  run: async (stage) => {
    const before = await stage.environment('production')
    const commit = await stage.commit('Turn staging violet', [
      { path: 'deploy/environments/staging/values.yaml', from: /colour: "#[0-9a-f]{6}"/, to: 'colour: "#7c3aed"' },
    ])
    const done = await stage.watch('staging', runs(commit), 60)
    const after = await stage.environment('production')
    const still = before.pods.every((pod) =>
      after.pods.some(({ name, restarts }) => name === pod.name && restarts === pod.restarts),
    )
    stage.say(
      `Why: the values file is part of what the chart renders, so the ConfigMap's checksum and with it the pod template changed. The Deployment allows no unavailable pod, so a
new one had to be ready before the old one got SIGTERM. Production follows master, which did not move: its pods are ${still ? 'the same' : 'NOT the same'}.`,
    )
    return done && still
  },
}
