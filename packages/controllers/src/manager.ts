import type { Client, Controller } from '@slipway/client'
import { systemClock, type Clock } from '@slipway/objects'
import { startAggregationController } from './clusterrole/aggregation.ts'
import { startCronJobController } from './cronjob/cronjob.ts'
import { startDaemonSetController } from './daemonset/daemonset.ts'
import { startDeploymentController } from './deployment/deployment.ts'
import { startDisruptionController } from './disruption/disruption.ts'
import { startStaleDisruptionController } from './disruption/stale.ts'
import { startEndpointSliceController } from './endpoints/endpointslice.ts'
import { startMirroringController } from './endpoints/mirroring.ts'
import { startGarbageCollector } from './gc/collector.ts'
import { startAutoscalerController } from './hpa/hpa.ts'
import { startJobController } from './job/job.ts'
import { startNamespaceController } from './namespace/namespace.ts'
import { startQuotaController } from './quota/quota.ts'
import { startReplicaSetController, startReplicationController } from './replicaset/replicaset.ts'
import { startStatefulSetController } from './statefulset/statefulset.ts'
import { startScheduler } from './scheduler/scheduler.ts'
import { startServiceAccountController } from './serviceaccount/serviceaccount.ts'
import { startTokenSecretController, type SignToken } from './serviceaccount/token-secrets.ts'
import { controllerContext } from './shared/context.ts'

/** What the controllers of a cluster need. */
export interface ControllerManagerOptions {
  readonly client: Client
  /** PEM of the cluster's certificate authority, for `kube-root-ca.crt`. */
  readonly ca: string
  /** Signs the tokens of Secrets that ask for one; without it such Secrets stay as they are. */
  readonly signToken?: SignToken
  readonly clock?: Clock
  readonly random?: () => number
  /** Milliseconds between two looks of the autoscaler; default 15,000 as upstream. */
  readonly autoscalerPeriod?: number
  /** Told of every failed run. */
  readonly onError?: (failure: { controller: string; key: string; error: unknown }) => void
}

/** The controllers of one cluster while they run, and how to end them. */
export interface ControllerManager {
  readonly controllers: readonly Controller[]
  stop(): Promise<void>
}

/** Starts every controller of a cluster. They see the API only, as in Kubernetes. */
export async function startControllers(options: ControllerManagerOptions): Promise<ControllerManager> {
  const { context, stop } = controllerContext({
    client: options.client,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    onError: options.onError ?? (() => undefined),
  })
  const { ca, signToken } = options
  const controllers = await Promise.all([
    startNamespaceController(context),
    startServiceAccountController(context, { ca }),
    ...(signToken === undefined ? [] : [startTokenSecretController(context, { ca, sign: signToken })]),
    startAggregationController(context),
    startScheduler(context),
    startReplicaSetController(context),
    startReplicationController(context),
    startDeploymentController(context),
    startEndpointSliceController(context),
    startMirroringController(context),
    startDisruptionController(context),
    startStaleDisruptionController(context),
    startStatefulSetController(context),
    startDaemonSetController(context),
    startJobController(context),
    startCronJobController(context),
    startAutoscalerController(context, { period: options.autoscalerPeriod ?? 15_000 }),
    startQuotaController(context),
    startGarbageCollector(context),
  ])
  return {
    controllers,
    stop: async () => {
      await Promise.all(controllers.map((controller) => controller.stop()))
      await stop()
    },
  }
}
