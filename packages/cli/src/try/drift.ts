import { type KubeObject } from '@slipway/objects'
import { TryError } from './errors.ts'
import type { Scenario } from './scenarios.ts'
import type { Stage } from './stage.ts'

const MORE = 2

interface Deployment extends KubeObject {
  readonly spec: { readonly replicas: number }
}

interface Autoscaler extends KubeObject {
  readonly spec: { readonly scaleTargetRef: { readonly kind: string; readonly name: string } }
}

/** Hand-made changes are healed. */
export const drift: Scenario = {
  title: 'Somebody scales staging by hand; Argo CD puts it back.',
  edits: () => [],
  run: async (stage) => {
    const { environment: name } = stage.staging
    const { namespace } = await stage.environment(name)
    const deployment = await scalable(stage, namespace)
    const wanted = deployment.spec.replicas
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: deployment.metadata.name ?? '' }
    stage.say(`  $ kubectl -n ${namespace} scale deployment/${ref.name} --replicas=${wanted + MORE}`)
    await stage.client.patch(
      { ...ref, subresource: 'scale' },
      { type: 'merge', body: { spec: { replicas: wanted + MORE } } },
    )
    const healed = await stage.watch(
      name,
      async ({ sync, health, pods }) => {
        const { spec } = await stage.client.get<Deployment>(ref)
        return spec.replicas === wanted && sync === 'Synced' && health === 'Healthy' && pods.length === wanted
      },
      60,
    )
    stage.say(
      `Why: git says ${wanted === 1 ? 'one replica' : `${wanted} replicas`}. The live object differed, the Application was OutOfSync, and selfHeal synced the same commit again. Where an autoscaler owns the
number, as in production, the Application ignores /spec/replicas, so scaling there is no drift.`,
    )
    return healed
  },
}

// A Deployment whose replicas are git's: an autoscaler would put them back itself, and Argo CD would have nothing to do.
async function scalable({ client }: Stage, namespace: string): Promise<Deployment> {
  const { items } = await client.list<Deployment>({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace })
  const scalers = await client.list<Autoscaler>(
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
    { namespace },
  )
  const scaled = new Set(scalers.items.map(({ spec }) => spec.scaleTargetRef.name))
  const found = items.find(({ metadata }) => !scaled.has(metadata.name ?? ''))
  if (found !== undefined) return found
  throw new TryError('CLI_NOT_THE_DEMO', `${namespace} has no Deployment whose replicas only git decides`, {
    hint: '`npm start` in a clone of Slipway makes a demo that has one',
  })
}
