import { formatTime } from '@slipway/objects'
import { restartsAfter } from '../container/restart.ts'
import type { Container, ContainerStatus, Pod, PodStatus } from '../types.ts'

/** What a pod's status is computed from. */
export interface StatusFacts {
  readonly pod: Pod
  readonly ip: string
  readonly hostIP: string
  readonly startTime: string
  readonly init: readonly ContainerStatus[]
  readonly main: readonly ContainerStatus[]
  /** The conditions of the pod as the API has them now: those of gates are set by others. */
  readonly gates: readonly Condition[]
  /** Names of init containers that are sidecars. */
  readonly sidecars: ReadonlySet<string>
  readonly initialized: boolean
  /** The pod ended for a reason of its own, such as its deadline. */
  readonly failure?: { readonly reason: string; readonly message: string }
  readonly now: number
}

type Condition = NonNullable<PodStatus['conditions']>[number]

/** The status of a pod, as the kubelet computes it (kubelet_pods.go getPhase, status/generate.go). Conditions keep their transition time while they do not change. */
export function podStatus(facts: StatusFacts): PodStatus {
  const reached = facts.failure === undefined ? phaseOf(facts) : 'Failed'
  const conditions = conditionsOf(facts, reached)
  // A pod is not over while a process of it runs (status_manager.go, mergePodStatus).
  const isEarly = isOver(reached) && [...facts.init, ...facts.main].some(({ state }) => state.running !== undefined)
  const phase = isEarly ? (facts.pod.status?.phase ?? 'Pending') : reached
  const address = facts.ip === '' ? {} : { podIP: facts.ip, podIPs: [{ ip: facts.ip }] }
  return {
    observedGeneration: facts.pod.metadata.generation ?? 1,
    phase,
    ...(isEarly ? {} : facts.failure),
    conditions: conditions.map((condition) => withTransition(condition, facts)),
    hostIP: facts.hostIP,
    hostIPs: [{ ip: facts.hostIP }],
    ...address,
    startTime: facts.startTime,
    ...(facts.init.length === 0 ? {} : { initContainerStatuses: [...facts.init] }),
    containerStatuses: [...facts.main],
  }
}

/** The phase of a pod from the states of its containers and their restart policies (kubelet_pods.go, getPhase). */
export function phaseOf(facts: Pick<StatusFacts, 'pod' | 'init' | 'main' | 'sidecars' | 'initialized'>): string {
  const { pod } = facts
  const ordinary = facts.init.filter((status) => !facts.sidecars.has(status.name))
  const failed = ordinary.filter((status) => (endedOf(status) ?? 0) !== 0)
  if (failed.some((status) => !isRestarted(status, pod, pod.spec.initContainers ?? []))) return 'Failed'
  if (!facts.initialized) return 'Pending'
  if (facts.main.some((status) => status.state.waiting !== undefined && status.lastState.terminated === undefined))
    return 'Pending'
  if ([...facts.init, ...facts.main].some(({ state }) => state.running !== undefined)) return 'Running'
  if (facts.main.some((status) => isRestarted(status, pod, pod.spec.containers))) return 'Running'
  return facts.main.every((status) => endedOf(status) === 0) ? 'Succeeded' : 'Failed'
}

function isOver(phase: string): boolean {
  return phase === 'Succeeded' || phase === 'Failed'
}

function isRestarted(status: ContainerStatus, pod: Pod, containers: readonly Container[]): boolean {
  const container = containers.find(({ name }) => name === status.name)
  return container !== undefined && restartsAfter(container, pod, endedOf(status) ?? 0)
}

function endedOf(status: ContainerStatus): number | undefined {
  return (status.state.terminated ?? status.lastState.terminated)?.exitCode
}

function conditionsOf(facts: StatusFacts, phase: string): Condition[] {
  const over = isOver(phase)
  const pending = facts.init.filter((status) => !isInitialized(status, facts.sidecars)).map((status) => status.name)
  const unready = [...facts.init.filter((status) => facts.sidecars.has(status.name)), ...facts.main]
    .filter((status) => !status.ready)
    .map((status) => status.name)
  const completed = { status: 'False', reason: phase === 'Failed' ? 'PodFailed' : 'PodCompleted', message: '' }
  const containersReady = over ? completed : verdict(unready, 'ContainersNotReady', 'containers with unready status')
  const ready = containersReady.status === 'True' ? gatesOf(facts) : containersReady
  const initialized = facts.initialized
    ? verdict([], '', '')
    : verdict(pending, 'ContainersNotInitialized', 'containers with incomplete status')
  return [
    { type: 'PodReadyToStartContainers', status: facts.ip === '' || over ? 'False' : 'True' },
    { type: 'Initialized', ...(phase === 'Succeeded' ? { status: 'True', reason: 'PodCompleted' } : initialized) },
    { type: 'Ready', ...ready },
    { type: 'ContainersReady', ...containersReady },
  ]
}

// status/generate.go, GeneratePodReadyCondition: conditions that others set may be asked for too.
function gatesOf({ pod, gates }: StatusFacts): Omit<Condition, 'type'> {
  const faults = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = gates.find(({ type }) => type === conditionType)
    if (found === undefined) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    return found.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`]
  })
  return faults.length === 0
    ? { status: 'True' }
    : { status: 'False', reason: 'ReadinessGatesNotReady', message: faults.join(', ') }
}

function isInitialized(status: ContainerStatus, sidecars: ReadonlySet<string>): boolean {
  return sidecars.has(status.name) ? status.started === true : status.state.terminated?.exitCode === 0
}

function verdict(names: readonly string[], reason: string, what: string): Omit<Condition, 'type'> {
  return names.length === 0 ? { status: 'True' } : { status: 'False', reason, message: `${what}: [${names.join(' ')}]` }
}

function withTransition(condition: Condition, { pod, now }: StatusFacts): Condition {
  const before = pod.status?.conditions?.find((each) => each.type === condition.type)
  const kept = before?.status === condition.status ? before.lastTransitionTime : undefined
  const { reason, message, ...rest } = condition
  return {
    ...rest,
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
    lastProbeTime: null,
    lastTransitionTime: kept ?? formatTime(now),
    observedGeneration: pod.metadata.generation ?? 1,
  }
}
