import type { KubeObject } from '@slipway/objects'
import { recordsAt, textAt, valueAt } from '../../read.ts'
import { health, type Health } from '../status.ts'
import { conditionsOf } from './conditions.ts'

type Condition = Record<string, unknown>

/** The kinds of the Gateway API. */
export const GATEWAY: Readonly<Record<string, (object: KubeObject) => Health>> = {
  'gateway.networking.k8s.io/GatewayClass': classHealth,
  'gateway.networking.k8s.io/Gateway': gatewayHealth,
  'gateway.networking.k8s.io/HTTPRoute': (object) => routeHealth(object, { byGeneration: true }),
  'gateway.networking.k8s.io/GRPCRoute': (object) => routeHealth(object, { byGeneration: false }),
  'gateway.networking.k8s.io/BackendTLSPolicy': policyHealth,
}

function classHealth(object: KubeObject): Health {
  const accepted = conditionsOf(object).find(
    (condition) => condition['type'] === 'Accepted' && isCurrent(object, condition),
  )
  const message = textAt(accepted, 'message')
  if (accepted?.['status'] === 'True') return health('Healthy', message || 'GatewayClass is accepted')
  if (accepted?.['status'] === 'False') return health('Degraded', message || 'GatewayClass is not accepted')
  return health('Progressing', message || 'Waiting for GatewayClass status')
}

function gatewayHealth(object: KubeObject): Health {
  const listeners = recordsAt(object, 'status', 'listeners')
  const own = conditionsOf(object)
  const verdict =
    verdictOf(own, 'Gateway') ??
    firstOf(listeners, (listener) => verdictOf(recordsAt(listener, 'conditions'), 'Listener', 'Listener: '))
  if (verdict !== undefined) return verdict
  const isTold = Array.isArray(valueAt(object, 'status', 'conditions')) || listeners.length > 0
  return isTold ? health('Healthy', 'Gateway is healthy') : health('Progressing', 'Waiting for Gateway status')
}

function routeHealth(object: KubeObject, { byGeneration }: { readonly byGeneration: boolean }): Health {
  const parents = recordsAt(object, 'status', 'parents').filter((parent) => {
    const conditions = recordsAt(parent, 'conditions')
    return conditions.length > 0 && (!byGeneration || conditions.every((condition) => isCurrent(object, condition)))
  })
  const verdict = firstOf(parents, (parent) =>
    verdictOf(recordsAt(parent, 'conditions'), 'Route', `Parent ${textAt(parent, 'parentRef', 'name')}: `),
  )
  if (verdict !== undefined) return verdict
  if (parents.length > 0) return health('Healthy', `${object.kind} is healthy`)
  return health('Progressing', `Waiting for ${object.kind} status`)
}

function policyHealth(object: KubeObject): Health {
  const ancestors = recordsAt(object, 'status', 'ancestors')
  let verdict = health('Progressing', 'Waiting for BackendTLSPolicy status')
  const nameOf = (ancestor: Condition): string => textAt(ancestor, 'ancestorRef', 'name')
  const stale = ancestors.find((ancestor) =>
    recordsAt(ancestor, 'conditions').some((condition) => !isCurrent(object, condition)),
  )
  if (stale !== undefined)
    return health('Progressing', `Waiting for Ancestor ${nameOf(stale)} to update BackendTLSPolicy status`)
  for (const ancestor of ancestors) {
    for (const condition of recordsAt(ancestor, 'conditions')) {
      const counts = condition['type'] === 'Accepted' || condition['type'] === 'ResolvedRefs'
      if (counts && condition['status'] !== 'True')
        return health('Degraded', `Ancestor ${nameOf(ancestor)}: ${textAt(condition, 'message')}`)
      if (condition['type'] === 'Accepted') verdict = health('Healthy', 'BackendTLSPolicy is healthy')
    }
  }
  return verdict
}

// True for a condition that was told of the newest spec, or does not say of which.
function isCurrent(object: KubeObject, condition: Condition): boolean {
  const { generation } = object.metadata
  const observed = condition['observedGeneration']
  return generation === undefined || observed === undefined || observed === generation
}

// Undefined where nothing is wrong, or waited for.
function verdictOf(conditions: readonly Condition[], what: string, prefix = ''): Health | undefined {
  for (const type of ['ResolvedRefs', 'Accepted']) {
    const failed = conditions.find((condition) => condition['type'] === type && condition['status'] === 'False')
    if (failed !== undefined) return health('Degraded', `${prefix}${messageOr(failed, `Failed condition: ${type}`)}`)
  }
  const waiting = conditions.find(({ type, status }) => type === 'Programmed' && status !== 'True')
  if (waiting === undefined) return undefined
  return health('Progressing', `${prefix}${messageOr(waiting, `${what} is still being programmed`)}`)
}

const messageOr = (condition: Condition, otherwise: string): string =>
  typeof condition['message'] === 'string' ? condition['message'] : otherwise

function firstOf<T>(items: readonly T[], verdict: (item: T) => Health | undefined): Health | undefined {
  for (const item of items) {
    const found = verdict(item)
    if (found !== undefined) return found
  }
  return undefined
}
