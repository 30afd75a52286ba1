import { existing, items, type Json } from '../../defaults/fields.ts'
import { address } from '../addresses.ts'
import { dns1123Label, dns1123Subdomain } from '../names.ts'
import type { Place } from '../place.ts'
import { labels, numberOf, oneOf, textOf, textsOf } from '../shared.ts'
import { affinity } from './affinity.ts'
import { containers } from './container.ts'
import { dns } from './dns.ts'
import { initContainers } from './init-container.ts'
import { quantities } from './resources.ts'
import { podSecurity } from './security.ts'
import { gates, spreads } from './spread.ts'
import { tolerations } from './tolerations.ts'
import { volumes } from './volumes.ts'

/** What the checks of a pod's containers need to know of the pod. */
export interface PodFacts {
  readonly volumes: ReadonlyMap<string, Json>
  readonly claims: ReadonlySet<string>
  readonly grace: number | undefined
  readonly restartPolicy: string
}

const POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const LONGEST = 2147483647

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidatePodSpec: in its order, which is that of the causes. */
export function validatePodSpec(spec: Json, place: Place, isPod: boolean): void {
  const facts: PodFacts = {
    volumes: volumes(spec, place.at('volumes')),
    claims: new Set(items(spec, 'resourceClaims').map((claim) => textOf(claim, 'name'))),
    grace: numberOf(spec, 'terminationGracePeriodSeconds'),
    restartPolicy: textOf(spec, 'restartPolicy'),
  }
  containers(spec, place.at('containers'), facts)
  initContainers(spec, place.at('initContainers'), facts)
  hostPorts(spec, place.at('containers'), isPod)
  oneOf(spec, place, 'restartPolicy', POLICIES)
  oneOf(spec, place, 'dnsPolicy', DNS_POLICIES)
  labels(spec['nodeSelector'], place.at('nodeSelector'))
  podSecurity(spec, place.at('securityContext'))
  affinity(existing(spec, 'affinity') ?? {}, place.at('affinity'))
  dns(spec, place.at('dnsConfig'))
  gates(spec, place)
  spreads(spec, place.at('topologySpreadConstraints'))
  names(spec, place)
  const deadline = numberOf(spec, 'activeDeadlineSeconds')
  if (deadline !== undefined && (deadline < 1 || deadline > LONGEST))
    place.at('activeDeadlineSeconds').invalid(deadline, `must be between 1 and ${LONGEST}, inclusive`)
  for (const name of ['hostname', 'subdomain'])
    if (textOf(spec, name) !== '') place.at(name).named(textOf(spec, name), dns1123Label)
  tolerations(spec, place.at('tolerations'))
  hostAliases(spec, place.at('hostAliases'))
  classes(spec, place)
  const overhead = existing(spec, 'overhead')
  if (overhead !== undefined) quantities({ limits: overhead }, place.at('overhead'), facts.claims)
  operatingSystem(spec, place.at('os'))
}

function names(spec: Json, place: Place): void {
  for (const name of ['serviceAccountName', 'nodeName'])
    if (textOf(spec, name) !== '') place.at(name).named(textOf(spec, name), dns1123Subdomain)
}

function classes(spec: Json, place: Place): void {
  if (textOf(spec, 'priorityClassName') !== '')
    place.at('priorityClassName').named(textOf(spec, 'priorityClassName'), dns1123Subdomain)
  if (spec['runtimeClassName'] !== undefined)
    place.at('runtimeClassName').named(textOf(spec, 'runtimeClassName'), dns1123Subdomain)
  oneOf(spec, place, 'preemptionPolicy', ['PreemptLowerPriority', 'Never'])
}

// A template may leave host ports out: they are filled in when its pods are made.
function hostPorts(spec: Json, place: Place, isPod: boolean): void {
  if (spec['hostNetwork'] !== true) return
  for (const [at, container] of items(spec, 'containers').entries())
    for (const [index, port] of items(container, 'ports').entries()) {
      const host = numberOf(port, 'hostPort') ?? 0
      if ((isPod || host !== 0) && host !== numberOf(port, 'containerPort'))
        place
          .nth(at)
          .at('ports')
          .nth(index)
          .at('hostPort')
          .invalid(host, 'must match `containerPort` when `hostNetwork` is true')
    }
}

function hostAliases(spec: Json, place: Place): void {
  for (const [index, alias] of items(spec, 'hostAliases').entries()) {
    address(textOf(alias, 'ip'), place.nth(index).at('ip'))
    for (const [at, name] of textsOf(alias, 'hostnames').entries())
      place.nth(index).at('hostnames').nth(at).named(name, dns1123Subdomain)
  }
}

const SYSTEMS = ['linux', 'windows']

function operatingSystem(spec: Json, place: Place): void {
  const os = existing(spec, 'os')
  if (os === undefined) return
  const name = textOf(os, 'name')
  if (name === '') place.at('name').required()
  else if (!SYSTEMS.includes(name)) place.unsupported(name, SYSTEMS)
}
