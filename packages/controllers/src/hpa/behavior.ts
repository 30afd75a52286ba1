import type { Autoscaler, ScalingRules } from './types.ts'

/** What happened to one target before: recommendations for the stabilization windows, and changes for the rate policies. */
export class ScalingHistory {
  readonly recommendations: { readonly at: number; readonly replicas: number }[] = []
  readonly changes: { readonly at: number; readonly by: number }[] = []
}

/** The number of replicas after the rules, and the words for the conditions. */
export interface Limited {
  readonly replicas: number
  readonly stabilized: 'up' | 'down' | undefined
  readonly limited: { readonly status: 'True' | 'False'; readonly reason: string; readonly message: string }
}

const UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
}
const DOWN: ScalingRules = {
  stabilizationWindowSeconds: 300,
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
}

/** Applies stabilization, rate policies and the bounds to a recommendation: podautoscaler/horizontal.go, normalizeDesiredReplicasWithBehaviors. */
export function limitReplicas(
  scaler: Autoscaler,
  wanted: { readonly current: number; readonly desired: number },
  at: { readonly history: ScalingHistory; readonly now: number },
): Limited {
  const up = { ...UP, ...scaler.spec.behavior?.scaleUp }
  const down = { ...DOWN, ...scaler.spec.behavior?.scaleDown }
  const stable = stabilize(wanted, { up, down, ...at })
  const min = scaler.spec.minReplicas ?? 1
  const max = scaler.spec.maxReplicas
  const stabilized = stable === wanted.desired ? undefined : stable < wanted.desired ? 'up' : 'down'
  const allowed = stable > wanted.current ? upLimit(wanted.current, up, at) : downLimit(wanted.current, down, at)
  const rated =
    stable > wanted.current ? Math.min(stable, allowed) : stable < wanted.current ? Math.max(stable, allowed) : stable
  const replicas = Math.min(Math.max(rated, min), max)
  return { replicas, stabilized, limited: limitOf({ stable, rated, min, max, current: wanted.current }) }
}

function limitOf({
  stable,
  rated,
  min,
  max,
  current,
}: {
  stable: number
  rated: number
  min: number
  max: number
  current: number
}): Limited['limited'] {
  if (stable < min)
    return {
      status: 'True',
      reason: 'TooFewReplicas',
      message: 'the desired replica count is less than the minimum replica count',
    }
  if (rated !== stable && rated <= max) {
    const [reason, word] = stable > current ? ['ScaleUpLimit', 'increasing'] : ['ScaleDownLimit', 'decreasing']
    return {
      status: 'True',
      reason,
      message: `the desired replica count is ${word} faster than the maximum scale rate`,
    }
  }
  if (stable > max)
    return {
      status: 'True',
      reason: 'TooManyReplicas',
      message: 'the desired replica count is more than the maximum replica count',
    }
  return { status: 'False', reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' }
}

// The lowest recommendation of the window when going up, the highest when going down.
function stabilize(
  { current, desired }: { readonly current: number; readonly desired: number },
  rules: {
    readonly up: ScalingRules
    readonly down: ScalingRules
    readonly history: ScalingHistory
    readonly now: number
  },
): number {
  const { history, now } = rules
  const inWindow = (seconds: number): number[] =>
    history.recommendations.filter(({ at }) => at > now - seconds * 1000).map(({ replicas }) => replicas)
  const upper = Math.max(desired, ...inWindow(rules.down.stabilizationWindowSeconds ?? 300))
  const lower = Math.min(desired, ...inWindow(rules.up.stabilizationWindowSeconds ?? 0))
  history.recommendations.push({ at: now, replicas: desired })
  const oldest =
    now - Math.max(rules.up.stabilizationWindowSeconds ?? 0, rules.down.stabilizationWindowSeconds ?? 300) * 1000
  while ((history.recommendations[0]?.at ?? now) < oldest) history.recommendations.shift()
  if (current < lower) return lower
  return current > upper ? upper : current
}

function upLimit(
  current: number,
  rules: ScalingRules,
  at: { readonly history: ScalingHistory; readonly now: number },
): number {
  if (rules.selectPolicy === 'Disabled') return current
  const limits = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const base = current - changed(at, periodSeconds, 1)
    return type === 'Pods' ? base + value : Math.ceil(base * (1 + value / 100))
  })
  return rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits)
}

function downLimit(
  current: number,
  rules: ScalingRules,
  at: { readonly history: ScalingHistory; readonly now: number },
): number {
  if (rules.selectPolicy === 'Disabled') return current
  const limits = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const base = current + changed(at, periodSeconds, -1)
    return type === 'Pods' ? base - value : Math.floor(base * (1 - value / 100))
  })
  return rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits)
}

function changed(
  { history, now }: { readonly history: ScalingHistory; readonly now: number },
  seconds: number,
  direction: 1 | -1,
): number {
  const recent = history.changes.filter(({ at, by }) => at > now - seconds * 1000 && Math.sign(by) === direction)
  return recent.reduce((total, { by }) => total + Math.abs(by), 0)
}
