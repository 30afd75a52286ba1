import { gvkOf, type KubeObject } from '@slipway/objects'

// Groups and kinds that Argo CD 3.6 judges by a script of its own, and nothing here does; `*` stands for any beginning of a group, or any kind.
const KINDS = `
*.cnrm.cloud.google.com *
*.services.k8s.aws *
acid.zalan.do postgresql
addons.cluster.x-k8s.io ClusterResourceSet
apps.3scale.net APIManager
apps.kruise.io AdvancedCronJob BroadcastJob CloneSet DaemonSet StatefulSet
apps.openshift.io DeploymentConfig
argoproj.io ApplicationSet
astra.netapp.io AppVault Application Backup ExecHook ExecHooksRun ResourceBackup ResticVolumeBackup Schedule Snapshot
beat.k8s.elastic.co Beat
camel.apache.org Integration
capabilities.3scale.net ActiveDoc Application ApplicationAuth Backend CustomPolicyDefinition DeveloperAccount DeveloperUser OpenAPI Product ProxyConfigPromote Tenant
cassandra.rook.io Cluster
cdi.kubevirt.io DataVolume
ceph.rook.io CephCluster CephObjectStore
certmanager.k8s.io Certificate Issuer
clickhouse-keeper.altinity.com ClickHouseKeeperInstallation
clickhouse.altinity.com ClickHouseInstallation
cloudfront.aws.crossplane.io Distribution
cluster.x-k8s.io Cluster Machine MachineDeployment MachineHealthCheck MachinePool
controlplane.cluster.x-k8s.io AWSManagedControlPlane
coralogix.com Alert RecordingRuleGroupSet
core.gardener.cloud Shoot
core.humio.com HumioAction HumioAlert HumioCluster HumioIngestToken HumioParser HumioRepository HumioView
core.spinkube.dev SpinApp
datadoghq.com DatadogMetric
db.atlasgo.io AtlasMigration AtlasSchema
elasticsearch.k8s.elastic.co Elasticsearch
flagger.app Canary
flink.apache.org FlinkDeployment
game.kruise.io GameServer GameServerSet
gateway.solo.io Gateway MatchableHttpGateway RouteOption RouteTable VirtualHostOption VirtualService
gloo.solo.io Proxy Settings Upstream UpstreamGroup
grafana-org-operator.kubitus-project.gitlab.io *
grafana.integreatly.org Grafana GrafanaDashboard GrafanaDatasource GrafanaFolder
iam.aws.crossplane.io Policy Role RolePolicyAttachment
iammanager.keikoproj.io Iamrole
install.istio.io IstioOperator
jaegertracing.io Jaeger
k8s.keycloak.org Keycloak
k8s.mariadb.com Backup Database Grant MariaDB SqlJob User
kafka.banzaicloud.io KafkaCluster
kafka.strimzi.io KafkaBridge KafkaConnect KafkaConnector KafkaTopic KafkaUser
karpenter.k8s.aws EC2NodeClass
karpenter.sh NodeClaim NodePool
kiali.io Kiali
kubernetes-client.io ExternalSecret
kubevirt.io VirtualMachine VirtualMachineInstance
kyverno.io Policy
lifecycle.keptn.sh KeptnAppVersion KeptnEvaluation KeptnTask KeptnWorkloadInstance KeptnWorkloadVersion
logstash.k8s.elastic.co Logstash
mariadb.mmontes.io MariaDB
metrics.keptn.sh Analysis KeptnMetric
microgateway.airlock.com *
minio.min.io Tenant
networking.gke.io ManagedCertificate
nmstate.io NodeNetworkConfigurationPolicy
numaflow.numaproj.io InterStepBufferService MonoVertex Pipeline Vertex
numaplane.numaproj.io ISBServiceRollout MonoVertexRollout NumaflowControllerRollout PipelineRollout
objectbucket.io ObjectBucketClaim
ocs.openshift.io StorageCluster
openfaas.com Function
opentelemetry.io OpenTelemetryCollector
operator.knative.dev KnativeEventing KnativeServing
operator.openshift.io IngressController
operator.victoriametrics.com *
operators.coreos.com Subscription
platform.confluent.io Connect Connector ControlCenter Kafka KsqlDB SchemaRegistry Zookeeper
policy.open-cluster-management.io CertificatePolicy ConfigurationPolicy OperatorPolicy Policy
proclaim.dogmatiq.io DNSSDServiceInstance
projectcontour.io ExtensionService HTTPProxy
promoter.argoproj.io ArgoCDCommitStatus ChangeTransferPolicy ClusterScmProvider CommitStatus GitCommitStatus GitRepository PromotionStrategy PullRequest ScmProvider TimedCommitStatus WebRequestCommitStatus
psmdb.percona.com PerconaServerMongoDB
pulumi.com Stack
pxc.percona.com PerconaXtraDBCluster
rabbitmq.com Binding Exchange Permission Policy Queue Shovel User Vhost
rds.aws.crossplane.io DBCluster DBInstance
rollouts.kruise.io Rollout
route.openshift.io Route
route53.aws.crossplane.io ResourceRecordSet
s3.aws.crossplane.io Bucket
services.cloud.sap.com ServiceBinding ServiceInstance
serving.kserve.io InferenceService
solr.apache.org SolrCloud
sparkoperator.k8s.io SparkApplication
spot.io SpotDeployment
stacks.crossplane.io ClusterStackInstall
tower.ansible.com AnsibleJob
trident.netapp.io TridentBackendConfig TridentOrchestrator
work.karmada.io ClusterResourceBinding ResourceBinding
zookeeper.pravega.io ZookeeperCluster
`

const BY_GROUP: ReadonlyMap<string, readonly string[]> = new Map(
  KINDS.trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([group = '', ...kinds]) => [group, kinds]),
)

/** True for an object whose health a real Argo CD tells by a script that is not run here. */
export function isUnjudged(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object)
  const kinds = BY_GROUP.get(group)
  if (kinds !== undefined) return kinds.includes(kind) || kinds.includes('*')
  return [...BY_GROUP.keys()].some((pattern) => pattern.startsWith('*.') && group.endsWith(pattern.slice(1)))
}
