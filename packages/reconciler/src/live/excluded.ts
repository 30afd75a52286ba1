import { gvkOf, type KubeObject } from '@slipway/objects'

// What Argo CD never watches, and what the `resource.exclusions` that it is installed with leave out: kinds that controllers write all the time.
const KINDS: Readonly<Record<string, readonly string[] | '*'>> = {
  '': ['Event', 'Endpoints'],
  'events.k8s.io': '*',
  'metrics.k8s.io': '*',
  'coordination.k8s.io': ['Lease'],
  'discovery.k8s.io': ['EndpointSlice'],
  'authentication.k8s.io': ['SelfSubjectReview', 'TokenReview'],
  'authorization.k8s.io': [
    'LocalSubjectAccessReview',
    'SelfSubjectAccessReview',
    'SelfSubjectRulesReview',
    'SubjectAccessReview',
  ],
  'certificates.k8s.io': ['CertificateSigningRequest'],
  'cert-manager.io': ['CertificateRequest'],
  'cilium.io': ['CiliumIdentity', 'CiliumEndpoint', 'CiliumEndpointSlice'],
}

// Kyverno's reports are in three groups.
const REPORTS = [
  'PolicyReport',
  'ClusterPolicyReport',
  'EphemeralReport',
  'ClusterEphemeralReport',
  'AdmissionReport',
  'ClusterAdmissionReport',
  'BackgroundScanReport',
  'ClusterBackgroundScanReport',
  'UpdateRequest',
]
const REPORT_GROUPS = ['kyverno.io', 'reports.kyverno.io', 'wgpolicyk8s.io']

/** True for a kind that is neither watched nor applied, as Argo CD is installed. */
export function isExcluded(of: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  const { group, kind } = gvkOf(of)
  const kinds = KINDS[group]
  return kinds === '*' || kinds?.includes(kind) === true || (REPORT_GROUPS.includes(group) && REPORTS.includes(kind))
}
