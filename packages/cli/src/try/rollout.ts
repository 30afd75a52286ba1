import type { Scenario } from './scenarios.ts'
import { runs } from './stage.ts'

const VIOLET = '"#7c3aed"'
const BLUE = '"#0ea5e9"'

/** A changed value rolls staging. */
export const rollout: Scenario = {
  title: 'A commit on the branch of staging rolls staging, pod by pod; production does not move.',
  edits: ({ environment }) => [
    {
      path: `deploy/environments/${environment}/values.yaml`,
      from: /colour: "#[0-9a-f]{6}"/,
      to: (found) => `colour: ${found.includes(VIOLET) ? BLUE : VIOLET}`,
    },
  ],
  run: async (stage) => {
    const { staging, production } = stage
    const before = await stage.environment(production.environment)
    const commit = await stage.commit('Give staging another colour', rollout.edits(staging))
    const done = await stage.watch(staging.environment, runs(commit), 60)
    const after = await stage.environment(production.environment)
    const still = before.pods.every((pod) =>
      after.pods.some(({ name, restarts }) => name === pod.name && restarts === pod.restarts),
    )
    stage.say(
      `Why: the values file is part of what the chart renders, so the ConfigMap's checksum and with it the pod template changed. The Deployment allows no unavailable pod, so a
new one had to be ready before the old one got SIGTERM. ${production.environment} follows ${production.branch}, which did not move: its pods are ${still ? 'the same' : 'NOT the same'}.`,
    )
    return done && still
  },
}
