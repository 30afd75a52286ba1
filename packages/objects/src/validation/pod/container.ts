import { existing, items, type Json } from '../../defaults/fields.ts'
import { dns1123Label, portName } from '../names.ts'
import type { Place } from '../place.ts'
import { numberOf, oneOf, portNumber, textOf } from '../shared.ts'
import { environment } from './environment.ts'
import { lifecycle, probes } from './probes.ts'
import { quantities, resizePolicies } from './resources.ts'
import { restartPolicy } from './restart.ts'
import { containerSecurity } from './security.ts'
import type { PodFacts } from './spec.ts'
import { mounts } from './mounts.ts'

/** The containers of a pod. */
export function containers(spec: Json, place: Place, facts: PodFacts): void {
  const all = items(spec, 'containers')
  if (all.length === 0) place.required()
  const names = new Set<string>()
  for (const [index, container] of all.entries()) {
    const at = place.nth(index)
    commonContainer(container, at, facts)
    const name = textOf(container, 'name')
    if (names.has(name)) at.at('name').duplicate(name)
    names.add(name)
    lifecycle(existing(container, 'lifecycle'), at.at('lifecycle'), facts)
    probes(container, at, facts)
    restartPolicy(container, at)
  }
  uniqueHostPorts(all, place)
}

/** What holds for containers of every kind. */
export function commonContainer(container: Json, place: Place, facts: PodFacts): void {
  const name = textOf(container, 'name')
  if (name === '') place.at('name').required()
  else place.at('name').named(name, dns1123Label)
  if (textOf(container, 'image') === '') place.at('image').required()
  oneOf(container, place, 'terminationMessagePolicy', ['File', 'FallbackToLogsOnError'])
  ports(container, place.at('ports'))
  environment(container, place)
  mounts(container, place, facts.volumes)
  oneOf(container, place, 'imagePullPolicy', ['Always', 'IfNotPresent', 'Never'])
  quantities(existing(container, 'resources') ?? {}, place.at('resources'), facts.claims)
  resizePolicies(container, place.at('resizePolicy'), facts.restartPolicy)
  containerSecurity(existing(container, 'securityContext') ?? {}, place.at('securityContext'))
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

function ports(container: Json, place: Place): void {
  const names = new Set<string>()
  for (const [index, port] of items(container, 'ports').entries()) {
    const at = place.nth(index)
    const name = textOf(port, 'name')
    if (name !== '') {
      const faults = portName(name)
      if (faults.length > 0) at.at('name').named(name, portName)
      else if (names.has(name)) at.at('name').duplicate(name)
      else names.add(name)
    }
    if ((numberOf(port, 'containerPort') ?? 0) === 0) at.at('containerPort').required()
    else portNumber(port['containerPort'], at.at('containerPort'))
    if ((numberOf(port, 'hostPort') ?? 0) !== 0) portNumber(port['hostPort'], at.at('hostPort'))
    oneOf(port, at, 'protocol', PROTOCOLS)
  }
}

/** No two containers that run together ask for one port of the host. */
export function uniqueHostPorts(all: readonly Json[], place: Place): void {
  const taken = new Set<string>()
  for (const [at, container] of all.entries())
    for (const [index, port] of items(container, 'ports').entries()) {
      const number = numberOf(port, 'hostPort') ?? 0
      if (number === 0) continue
      const key = `${textOf(port, 'protocol')}/${textOf(port, 'hostIP')}/${number}`
      if (taken.has(key)) place.nth(at).at('ports').nth(index).at('hostPort').duplicate(key)
      taken.add(key)
    }
}
