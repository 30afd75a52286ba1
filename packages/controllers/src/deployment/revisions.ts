import type { Client } from '@slipway/client'
import { hasReason } from '@slipway/client'
import { controllerRef, deepEqual } from '@slipway/objects'
import { KINDS } from '../shared/kinds.ts'
import { canonical, templateHash } from '../shared/template-hash.ts'
import type { Deployment, PodTemplate, ReplicaSet } from '../shared/types.ts'
import { copiedAnnotations, DESIRED, MAX, REVISION, REVISION_HISTORY, revisionOf } from './annotations.ts'
import { boundsOf, byAge, newSetReplicas } from './rolling.ts'

/** The label that tells the pods of one template from those of another. */
export const HASH_LABEL = 'pod-template-hash'

/** The set that has the Deployment's template, the oldest one where there are several. */
export function findFresh(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = canonical(withoutHash(deployment.spec.template))
  return [...sets].sort(byAge).find((set) => canonical(withoutHash(set.spec.template)) === wanted)
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {}
  const { creationTimestamp: __, ...metadata } = { ...template.metadata, labels } as Record<string, unknown>
  return { ...template, metadata: metadata as NonNullable<PodTemplate['metadata']> }
}

/** The highest revision among sets; 0 for none. */
export function highestRevision(sets: readonly ReplicaSet[]): bigint {
  return sets.map(revisionOf).reduce<bigint>((highest, each = 0n) => (each > highest ? each : highest), 0n)
}

/** The annotations that the new set must have: the Deployment's own, its revision, and the size that it is scaled for. */
export function freshAnnotations(
  deployment: Deployment,
  fresh: ReplicaSet | undefined,
  revision: bigint,
): Record<string, string> {
  const present = fresh?.metadata.annotations ?? {}
  const before = revisionOf(fresh ?? deployment)
  const moved = fresh !== undefined && before !== undefined && before < revision
  const history = moved
    ? {
        [REVISION_HISTORY]: [present[REVISION_HISTORY], String(before)]
          .filter((part) => part !== undefined && part !== '')
          .join(','),
      }
    : {}
  const current = fresh === undefined || before === undefined || moved ? revision : before
  return {
    ...present,
    ...copiedAnnotations(deployment),
    ...history,
    [REVISION]: String(current),
    ...sizeAnnotations(deployment),
  }
}

/** The annotations that say for which size of the Deployment a set was scaled. */
export function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const { replicas } = deployment.spec
  return { [DESIRED]: String(replicas), [MAX]: String(replicas + boundsOf(deployment.spec).surge) }
}

/** Creates the set of the Deployment's template. A name that another template's set holds is a hash collision: the count goes up and the next run tries again. */
export async function createFresh(
  client: Client,
  deployment: Deployment,
  how: { old: readonly ReplicaSet[]; revision: bigint },
): Promise<ReplicaSet | 'collision'> {
  const draft = draftOf(deployment, how)
  const replicas = newSetReplicas(deployment.spec, { fresh: draft, all: [...how.old, draft] })
  try {
    return await client.create<ReplicaSet>({ ...draft, spec: { ...draft.spec, replicas } })
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error
    const { namespace, name } = draft.metadata
    const present = await client.get<ReplicaSet>({ ...KINDS.replicaSet, namespace, name: name ?? '' })
    const own = present.metadata.ownerReferences?.some((owner) => owner.uid === deployment.metadata.uid) === true
    return own && deepEqual(withoutHash(present.spec.template), withoutHash(deployment.spec.template))
      ? present
      : 'collision'
  }
}

function draftOf(deployment: Deployment, how: { revision: bigint }): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec
  const hash = templateHash(withoutHash(template), deployment.status?.collisionCount ?? 0)
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash }
  return {
    ...KINDS.replicaSet,
    metadata: {
      name: `${deployment.metadata.name ?? ''}-${hash}`,
      namespace: deployment.metadata.namespace ?? '',
      labels,
      annotations: freshAnnotations(deployment, undefined, how.revision),
      ownerReferences: [controllerRef({ ...deployment, ...KINDS.deployment })],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...structuredClone(template), metadata: { ...template.metadata, labels } },
    },
    status: {},
  }
}
