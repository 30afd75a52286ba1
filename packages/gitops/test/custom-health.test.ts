import { healthOf, isUnjudged, type HealthCode } from '@slipway/gitops'
import type { KubeObject } from '@slipway/objects'
import { expect, test } from 'vitest'

interface Body {
  readonly spec?: object
  readonly status?: object
  readonly annotations?: Record<string, string>
}

function object(type: string, { annotations = {}, ...rest }: Body = {}): KubeObject {
  const [group = '', kind = ''] = type.split('/')
  return {
    apiVersion: `${group}/v1`,
    kind,
    metadata: { name: 'a', namespace: 'x', generation: 3, annotations },
    ...rest,
  }
}

/** A status of conditions, written as `Type Status [Reason]: message`. */
function told(...lines: readonly string[]): Body {
  const conditions = lines.map((line) => {
    const [head = '', message] = line.split(': ')
    const [type, status, reason] = head.split(' ')
    return { type, status, ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) }
  })
  return { status: { conditions } }
}

const GATEWAY = 'gateway.networking.k8s.io'
const route = (conditions: object): Body => ({
  status: { parents: [{ parentRef: { name: 'edge' }, ...conditions }] },
})
const rollout = (status: object, spec: object = { strategy: { canary: {} } }): Body => ({
  spec,
  status: { observedGeneration: '3', ...status },
})
const OLD = { currentPodHash: 'h', replicas: 1, updatedReplicas: 1, availableReplicas: 1 }

const CASES: readonly [string, Body, HealthCode, string?][] = [
  ['cert-manager.io/Certificate', {}, 'Progressing', 'Waiting for certificate'],
  ['cert-manager.io/Certificate', told('Ready True: up', 'Issuing True: renews'), 'Progressing', 'renews'],
  ['cert-manager.io/Certificate', told('Ready True: up'), 'Healthy', 'up'],
  ['cert-manager.io/Certificate', told('Ready False: no issuer'), 'Degraded', 'no issuer'],
  ['cert-manager.io/Issuer', {}, 'Progressing', 'Initializing issuer'],
  ['cert-manager.io/ClusterIssuer', told('Ready True'), 'Healthy'],
  ['external-secrets.io/ExternalSecret', told('Ready False: denied'), 'Degraded', 'denied'],
  ['external-secrets.io/SecretStore', told('Ready Unknown: hm'), 'Progressing', 'Waiting for SecretStore'],
  ['external-secrets.io/ClusterSecretStore', told('Ready True: valid'), 'Healthy', 'valid'],
  ['external-secrets.io/PushSecret', {}, 'Progressing', 'Waiting for PushSecret'],
  ['external-secrets.io/ClusterExternalSecret', told('Ready True', 'PartiallyReady True: one'), 'Degraded', 'one'],
  ['bitnami.com/SealedSecret', told('Synced False: wrong key'), 'Degraded', 'wrong key'],
  ['bitnami.com/SealedSecret', {}, 'Progressing', 'Waiting for Sealed Secret to be decrypted'],
  ['keda.sh/ScaledObject', told('Ready True: ok', 'Paused False'), 'Healthy', 'ok'],
  ['keda.sh/ScaledObject', told('Ready True: ok', 'Paused True: rests'), 'Suspended', 'rests'],
  ['keda.sh/ScaledObject', told('Ready True: ok', 'Fallback True: no metrics'), 'Degraded', 'no metrics'],
  ['keda.sh/ScaledJob', told('Ready Unknown: who knows'), 'Degraded', 'who knows'],
  ['keda.sh/ScaledJob', {}, 'Progressing', 'Waiting for ScaledJob'],
  [`${GATEWAY}/GatewayClass`, told('Accepted True'), 'Healthy', 'GatewayClass is accepted'],
  [
    `${GATEWAY}/GatewayClass`,
    { status: { conditions: [{ type: 'Accepted', status: 'True', observedGeneration: 2 }] } },
    'Progressing',
    'Waiting for GatewayClass status',
  ],
  [`${GATEWAY}/Gateway`, told('Accepted True', 'Programmed True'), 'Healthy', 'Gateway is healthy'],
  [`${GATEWAY}/Gateway`, told('Accepted True', 'Programmed False'), 'Progressing', 'Gateway is still being programmed'],
  [`${GATEWAY}/Gateway`, told('Accepted False: no'), 'Degraded', 'no'],
  [
    `${GATEWAY}/Gateway`,
    { status: { listeners: [{ conditions: [{ type: 'ResolvedRefs', status: 'False', message: 'no secret' }] }] } },
    'Degraded',
    'Listener: no secret',
  ],
  [
    `${GATEWAY}/HTTPRoute`,
    route({ conditions: [{ type: 'Accepted', status: 'True', observedGeneration: 3 }] }),
    'Healthy',
    'HTTPRoute is healthy',
  ],
  [
    `${GATEWAY}/HTTPRoute`,
    route({ conditions: [{ type: 'Accepted', status: 'True', observedGeneration: 2 }] }),
    'Progressing',
    'Waiting for HTTPRoute status',
  ],
  [
    `${GATEWAY}/GRPCRoute`,
    route({ conditions: [{ type: 'ResolvedRefs', status: 'False', message: 'no service' }] }),
    'Degraded',
    'Parent edge: no service',
  ],
  [
    `${GATEWAY}/BackendTLSPolicy`,
    { status: { ancestors: [{ ancestorRef: { name: 'edge' }, conditions: [{ type: 'Accepted', status: 'True' }] }] } },
    'Healthy',
    'BackendTLSPolicy is healthy',
  ],
  ['serving.knative.dev/Service', {}, 'Progressing', 'Waiting for status update.'],
  [
    'serving.knative.dev/Service',
    told('ConfigurationsReady True', 'RoutesReady True', 'Ready True'),
    'Healthy',
    'Knative Service is healthy.',
  ],
  [
    'serving.knative.dev/Service',
    told('ConfigurationsReady False RevisionFailed: no image', 'RoutesReady Unknown'),
    'Degraded',
    'ConfigurationsReady is False, since RevisionFailed. no image\nRoutesReady is Unknown\n',
  ],
  ['kustomize.toolkit.fluxcd.io/Kustomization', { spec: { suspend: true } }, 'Suspended', 'Kustomization is suspended'],
  ['kustomize.toolkit.fluxcd.io/Kustomization', told('Ready True Applied'), 'Healthy', 'Applied'],
  [
    'kustomize.toolkit.fluxcd.io/Kustomization',
    told('Ready Unknown Working', 'Reconciling True'),
    'Progressing',
    'Working',
  ],
  ['helm.toolkit.fluxcd.io/HelmRelease', told('Ready True Done', 'Released True'), 'Healthy', 'Done'],
  ['helm.toolkit.fluxcd.io/HelmRelease', told('Ready False Failed'), 'Degraded', 'Failed'],
  [
    'source.toolkit.fluxcd.io/GitRepository',
    told('Ready True Succeeded', 'ArtifactInStorage True', 'ArtifactOutdated True New'),
    'Healthy',
    'Succeeded New',
  ],
  [
    'source.toolkit.fluxcd.io/HelmRepository',
    { spec: { type: 'oci' } },
    'Healthy',
    "Helm repositories of type 'oci' do not contain any information in the status.",
  ],
  [
    'image.toolkit.fluxcd.io/ImagePolicy',
    told('Ready False Wait', 'Reconciling True NewGeneration'),
    'Progressing',
    'Wait',
  ],
  ['image.toolkit.fluxcd.io/ImagePolicy', told('Ready False Wait', 'Reconciling True Other'), 'Degraded', 'Wait'],
  ['notification.toolkit.fluxcd.io/Receiver', {}, 'Progressing', 'Status unknown'],
  ['argoproj.io/Rollout', {}, 'Progressing', 'Waiting for rollout spec update to be observed'],
  [
    'argoproj.io/Rollout',
    rollout({ observedGeneration: '2' }),
    'Progressing',
    'Waiting for rollout spec update to be observed',
  ],
  ['argoproj.io/Rollout', rollout({ phase: 'Paused', message: 'CanaryPauseStep' }), 'Suspended', 'CanaryPauseStep'],
  ['argoproj.io/Rollout', rollout({ phase: 'Healthy' }), 'Healthy'],
  ['argoproj.io/Rollout', rollout({ phase: 'Odd' }), 'Unknown', 'Lua returned an invalid health status'],
  ['argoproj.io/Rollout', rollout({ ...OLD, stableRS: 'h' }), 'Healthy'],
  ['argoproj.io/Rollout', rollout({ ...OLD, stableRS: 'g' }), 'Progressing', 'Waiting for rollout to finish steps'],
  [
    'argoproj.io/Rollout',
    rollout({ ...OLD, blueGreen: { activeSelector: 'g' } }, { strategy: { blueGreen: {} } }),
    'Progressing',
    'active service cutover pending',
  ],
  ['argoproj.io/Rollout', rollout({ ...OLD, pauseConditions: [{}] }), 'Suspended', 'Rollout is paused'],
  ['argoproj.io/AnalysisRun', { status: { phase: 'Failed', message: 'too slow' } }, 'Degraded', 'too slow'],
  ['argoproj.io/AnalysisRun', { status: { phase: 'Inconclusive' } }, 'Unknown', 'Analysis run was inconclusive'],
  ['argoproj.io/Experiment', { status: { phase: 'Running' } }, 'Progressing', 'Experiment is running'],
  ['argoproj.io/CronWorkflow', told('SpecError True: no schedule'), 'Degraded', 'no schedule'],
  ['argoproj.io/EventBus', told('Deployed True Done'), 'Healthy', 'Done'],
  ['db.example.crossplane.io/Instance', told('Synced True', 'Ready True'), 'Healthy', 'Resource is up-to-date.'],
  ['db.example.crossplane.io/Instance', told('Ready True', 'Synced False: denied'), 'Degraded', 'denied'],
  ['aws.upbound.io/ProviderConfig', { status: { users: 2 } }, 'Healthy', 'Resource is in use.'],
  ['s3.aws.upbound.io/Bucket', told('Healthy True'), 'Progressing', 'Provisioning ...'],
  ['pkg.crossplane.io/Provider', told('Installed True A', 'Healthy False B'), 'Degraded', 'A B'],
  [
    'postgresql.cnpg.io/Cluster',
    { status: { phase: 'Failing over', phaseReason: 'primary lost', conditions: [] } },
    'Degraded',
    'primary lost',
  ],
  [
    'postgresql.cnpg.io/Cluster',
    { annotations: { 'cnpg.io/reconciliationLoop': 'disabled' } },
    'Suspended',
    'Cluster reconciliation is suspended',
  ],
  ['snapshot.storage.k8s.io/VolumeSnapshot', { status: { readyToUse: true } }, 'Healthy', 'Ready to use'],
  ['monitoring.coreos.com/Prometheus', told('Available False SomePodsNotReady: one'), 'Progressing', 'one'],
  ['kafka.strimzi.io/Kafka', told('NotReady True Creating'), 'Progressing', 'Waiting for Kafka Cluster'],
  [
    'rabbitmq.com/RabbitmqCluster',
    told('ClusterAvailable True', 'AllReplicasReady True'),
    'Healthy',
    'RabbitMQ cluster ready',
  ],
]

test.each(CASES)('%s %o is %s', (type, body, status, message) => {
  expect(healthOf(object(type, body))).toEqual(message === undefined ? { status } : { status, message })
})

test('kinds that only a script of Argo CD judges are known by name', () => {
  const unjudged = ['minio.min.io/Tenant', 's3.services.k8s.aws/Bucket', 's3.aws.crossplane.io/Bucket']
  expect(unjudged.map((type) => isUnjudged(object(type)))).toEqual([true, true, true])
  expect(unjudged.map((type) => healthOf(object(type, told('Ready True'))))).toEqual([undefined, undefined, undefined])
  const others = [
    'example.com/Widget',
    'cert-manager.io/Certificate',
    'db.example.crossplane.io/Instance',
    'services.k8s.aws/X',
  ]
  expect(others.map((type) => isUnjudged(object(type)))).toEqual([false, false, false, false])
})
