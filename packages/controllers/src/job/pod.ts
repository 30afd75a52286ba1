import { controllerRef, type KubeObject } from '@slipway/objects'
import { KINDS } from '../shared/kinds.ts'
import type { Container, Pod } from '../shared/types.ts'
import { judgeFailure } from './failure-policy.ts'
import { FAILURES, failuresBefore, IGNORED_FAILURES, ignoredFailuresBefore, INDEX } from './indexes.ts'
import { type Job, TRACKING } from './types.ts'

// What the API server adds five letters to: names.MaxGeneratedNameLength.
const LONGEST_PREFIX = 58

/** The next pod of a Job; in an Indexed one with its number, and with the failures of the pod that it follows. */
export function podFor(job: Job, index: number | undefined, follows: Pod | undefined): KubeObject {
  const { metadata, spec } = job.spec.template
  const name = job.metadata.name ?? ''
  const number = index === undefined ? {} : { [INDEX]: String(index) }
  const annotations = { ...metadata?.annotations, ...number, ...failures(job, index, follows) }
  const podSpec = structuredClone(spec)
  if (index !== undefined) {
    podSpec['hostname'] = `${name}-${index}`
    for (const container of [...(podSpec.initContainers ?? []), ...podSpec.containers]) addIndexVariable(container)
  }
  return {
    ...KINDS.pod,
    metadata: {
      generateName: index === undefined ? `${name}-` : prefixOf(name, `-${index}-`),
      namespace: job.metadata.namespace ?? '',
      labels: { ...metadata?.labels, ...number },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [controllerRef({ ...job, ...KINDS.job })],
      finalizers: [TRACKING],
    },
    spec: podSpec,
  }
}

function prefixOf(name: string, suffix: string): string {
  return `${name.slice(0, Math.max(0, LONGEST_PREFIX - suffix.length))}${suffix}`
}

function addIndexVariable(container: Container): void {
  const env = (container['env'] as { name: string }[] | undefined) ?? []
  if (env.some(({ name }) => name === 'JOB_COMPLETION_INDEX')) return
  const valueFrom = { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } }
  container['env'] = [...env, { name: 'JOB_COMPLETION_INDEX', valueFrom }]
}

function failures(job: Job, index: number | undefined, follows: Pod | undefined): Record<string, string> {
  if (index === undefined || job.spec.backoffLimitPerIndex === undefined) return {}
  if (follows === undefined) return { [FAILURES]: '0' }
  const { counts } = judgeFailure(job.spec.podFailurePolicy, follows)
  const ignored = ignoredFailuresBefore(follows) + (counts ? 0 : 1)
  return {
    [FAILURES]: String(failuresBefore(follows) + (counts ? 1 : 0)),
    ...(ignored === 0 ? {} : { [IGNORED_FAILURES]: String(ignored) }),
  }
}
