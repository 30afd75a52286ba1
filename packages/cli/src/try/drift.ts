import type { Scenario } from './scenarios.ts'

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'staging', name: 'shop' }

/** Hand-made changes are healed. */
export const drift: Scenario = {
  title: 'Somebody scales staging by hand; Argo CD puts it back.',
  run: async (stage) => {
    stage.say('  $ kubectl -n staging scale deployment/shop --replicas=3')
    await stage.client.patch(
      { ...DEPLOYMENT, subresource: 'scale' },
      { type: 'merge', body: { spec: { replicas: 3 } } },
    )
    await stage.watch('staging', (status) => status.sync === 'OutOfSync' || status.pods.length > 1, 10)
    const healed = await stage.watch(
      'staging',
      (status) => status.sync === 'Synced' && status.health === 'Healthy' && status.pods.length === 1,
      60,
    )
    stage.say(
      `Why: git says one replica. The live object differed, the Application was OutOfSync, and selfHeal synced the same commit again. In production the autoscaler owns the
number: its Application ignores /spec/replicas, so scaling there is no drift.`,
    )
    return healed
  },
}
