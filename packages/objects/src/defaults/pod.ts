import { child, existing, fill, items, type Json } from './fields.ts'

/** Defaults of a pod's spec: k8s.io/kubernetes/pkg/apis/core/v1/defaults.go, SetDefaults_PodSpec and those of its members. */
export function defaultPodSpec(spec: Json): void {
  fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    securityContext: {},
  })
  if (spec['hostNetwork'] === true) for (const container of items(spec, 'containers')) defaultHostPorts(container)
  // The old name of the field counts where the new one says nothing (core/v1/conversion.go).
  const account = [spec['serviceAccountName'], spec['serviceAccount']].find((name) => (name ?? '') !== '')
  if (account !== undefined) {
    spec['serviceAccountName'] = account
    spec['serviceAccount'] = account
  }
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'])
    for (const container of items(spec, list)) defaultContainer(container)
  for (const volume of items(spec, 'volumes')) defaultVolume(volume)
  for (const constraint of items(spec, 'topologySpreadConstraints')) fill(constraint, {})
}

/** Defaults of a pod: its spec, requests from limits, and enableServiceLinks, which templates of controllers do not get. */
export function defaultPod(pod: Json): void {
  const spec = child(pod, 'spec')
  defaultPodSpec(spec)
  fill(spec, { enableServiceLinks: true })
  for (const list of ['initContainers', 'containers'])
    for (const container of items(spec, list)) defaultRequests(container)
}

function defaultRequests(container: Json): void {
  const resources = existing(container, 'resources')
  const limits = existing(resources, 'limits')
  if (resources === undefined || limits === undefined) return
  fill(child(resources, 'requests'), limits)
}

function defaultHostPorts(container: Json): void {
  for (const port of items(container, 'ports')) fill(port, { hostPort: port['containerPort'] })
}

function defaultContainer(container: Json): void {
  fill(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicyOf(container['image']),
  })
  for (const port of items(container, 'ports')) fill(port, { protocol: 'TCP' })
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(existing(container, name))
  for (const name of ['postStart', 'preStop'])
    defaultHttpGet(existing(existing(existing(container, 'lifecycle'), name), 'httpGet'))
  for (const env of items(container, 'env')) {
    const reference = existing(existing(env, 'valueFrom'), 'fieldRef')
    if (reference !== undefined) fill(reference, { apiVersion: 'v1' })
  }
}

function pullPolicyOf(image: unknown): string {
  if (typeof image !== 'string' || image.includes('@')) return 'IfNotPresent'
  const tag = /:([\w][\w.-]*)$/.exec(image)?.[1] ?? 'latest'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}

function defaultProbe(probe: Json | undefined): void {
  if (probe === undefined) return
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
  defaultHttpGet(existing(probe, 'httpGet'))
  const grpc = existing(probe, 'grpc')
  if (grpc !== undefined) fill(grpc, { service: '' })
}

function defaultHttpGet(httpGet: Json | undefined): void {
  if (httpGet !== undefined) fill(httpGet, { path: '/', scheme: 'HTTP' })
}

const FILE_MODE = 0o644
const SOURCES_WITH_MODE = ['configMap', 'secret', 'downwardAPI', 'projected']

function defaultVolume(volume: Json): void {
  const hasSource = Object.keys(volume).some((name) => name !== 'name')
  if (!hasSource) volume['emptyDir'] = {}
  for (const source of SOURCES_WITH_MODE) {
    const found = existing(volume, source)
    if (found !== undefined) fill(found, { defaultMode: FILE_MODE })
  }
  const hostPath = existing(volume, 'hostPath')
  if (hostPath !== undefined) fill(hostPath, { type: '' })
  for (const source of items(existing(volume, 'projected'), 'sources')) defaultProjection(source)
  for (const file of items(existing(volume, 'downwardAPI'), 'items')) defaultFieldRef(file)
}

function defaultProjection(source: Json): void {
  const token = existing(source, 'serviceAccountToken')
  if (token !== undefined) fill(token, { expirationSeconds: 3600 })
  for (const file of items(existing(source, 'downwardAPI'), 'items')) defaultFieldRef(file)
}

function defaultFieldRef(file: Json): void {
  const reference = existing(file, 'fieldRef')
  if (reference !== undefined) fill(reference, { apiVersion: 'v1' })
}
