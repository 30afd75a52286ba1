import { existing, items, type Json } from '../../defaults/fields.ts'
import { headerName } from '../names.ts'
import type { Place } from '../place.ts'
import { nonNegative, numberOf, portOrName, textOf, textsOf } from '../shared.ts'
import type { PodFacts } from './spec.ts'

const TIMES = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']

/** The probes of a container, in the order of the real server. */
export function probes(container: Json, place: Place, facts: PodFacts): void {
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = existing(container, name)
    if (probe !== undefined) oneProbe(probe, place.at(name), { facts, isReadiness: name === 'readinessProbe' })
  }
}

function oneProbe(probe: Json, place: Place, how: { facts: PodFacts; isReadiness: boolean }): void {
  handler(probe, place, { facts: how.facts, actions: ['exec', 'httpGet', 'tcpSocket', 'grpc'] })
  nonNegative(probe, place, TIMES)
  const grace = numberOf(probe, 'terminationGracePeriodSeconds')
  if (grace !== undefined && grace <= 0)
    place.at('terminationGracePeriodSeconds').invalid(grace, 'must be greater than 0')
  if (how.isReadiness) {
    if (grace !== undefined)
      place.at('terminationGracePeriodSeconds').invalid(grace, 'must not be set for readinessProbes')
    return
  }
  const success = numberOf(probe, 'successThreshold') ?? 1
  if (success !== 1) place.at('successThreshold').invalid(success, 'must be 1')
}

/** The hooks of a container. */
export function lifecycle(of: Json | undefined, place: Place, facts: PodFacts): void {
  for (const name of ['postStart', 'preStop']) {
    const hook = existing(of, name)
    if (hook !== undefined) handler(hook, place.at(name), { facts, actions: ['exec', 'httpGet', 'tcpSocket', 'sleep'] })
  }
}

interface How {
  readonly facts: PodFacts
  readonly actions: readonly string[]
}

function handler(of: Json, place: Place, { facts, actions }: How): void {
  const given = actions.filter((name) => existing(of, name) !== undefined)
  for (const [index, name] of given.entries()) {
    if (index > 0) place.at(name).forbidden('may not specify more than 1 handler type')
    else action(name, existing(of, name) ?? {}, place.at(name), facts)
  }
  if (given.length === 0) place.required('must specify a handler type')
}

function action(name: string, of: Json, place: Place, facts: PodFacts): void {
  if (name === 'exec' && textsOf(of, 'command').length === 0) place.at('command').required()
  if (name === 'httpGet') httpGet(of, place)
  if (name === 'tcpSocket' || name === 'grpc') portOrName(of['port'], place.at('port'))
  const seconds = numberOf(of, 'seconds') ?? 0
  const { grace } = facts
  if (name === 'sleep' && grace !== undefined && (seconds < 0 || seconds > grace))
    place.invalid(seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)
}

function httpGet(of: Json, place: Place): void {
  if (textOf(of, 'path') === '') place.at('path').required()
  portOrName(of['port'], place.at('port'))
  const scheme = textOf(of, 'scheme')
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') place.at('scheme').unsupported(scheme, ['HTTP', 'HTTPS'])
  for (const header of items(of, 'httpHeaders')) place.at('httpHeaders').named(textOf(header, 'name'), headerName)
}
