import { hasReason } from '@slipway/client'
import { controllerRef, deepEqual, type OwnerReference } from '@slipway/objects'
import type { ControllerContext } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Pod } from '../shared/types.ts'
import { claimsFor, ordinalOf } from './pod.ts'
import type { StatefulSet } from './types.ts'

/**
 * Keeps the owners of the pods' claims as the retention policy wants them: a set that takes its claims with it owns them; one that takes them when it shrinks
 * gives a claim to the pod that goes, so that the garbage collector removes both: stateful_set_utils.go, updateClaimOwnerRefForSetAndPod.
 */
export async function ownClaims(context: ControllerContext, set: StatefulSet, pods: readonly Pod[]): Promise<void> {
  const claims = context.informer(KINDS.claim)
  for (const pod of pods) {
    for (const { metadata } of claimsFor(set, ordinalOf(set, pod) ?? 0)) {
      const { name = '', namespace = '' } = metadata
      const claim = claims.get(`${namespace}/${name}`)
      if (claim === undefined) continue
      const present = claim.metadata.ownerReferences ?? []
      const ownerReferences = ownersOf(present, set, pod)
      if (deepEqual(present, ownerReferences)) continue
      await own(context, { name, namespace, ownerReferences })
    }
  }
}

function ownersOf(present: readonly OwnerReference[], set: StatefulSet, pod: Pod): readonly OwnerReference[] {
  const ours = [controllerRef({ ...set, ...KINDS.statefulSet }), controllerRef({ ...pod, ...KINDS.pod })] as const
  const others = present.filter((ref) => !ours.some(({ kind, name }) => ref.kind === kind && ref.name === name))
  if (others.some(({ controller }) => controller === true)) return others
  const [bySet, byPod] = ours
  const { whenScaled, whenDeleted } = set.spec.persistentVolumeClaimRetentionPolicy ?? {}
  if (whenScaled === 'Delete' && !isWanted(set, pod)) return [...others, byPod]
  return whenDeleted === 'Delete' ? [...others, bySet] : others
}

function isWanted(set: StatefulSet, pod: Pod): boolean {
  const ordinal = ordinalOf(set, pod) ?? -1
  const first = set.spec.ordinals?.start ?? 0
  return ordinal >= first && ordinal < first + set.spec.replicas
}

async function own(
  { client }: ControllerContext,
  { name, namespace, ownerReferences }: { name: string; namespace: string; ownerReferences: readonly OwnerReference[] },
): Promise<void> {
  try {
    const body = { metadata: { ownerReferences } }
    await client.patch({ ...KINDS.claim, namespace, name }, { type: 'merge', body })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}
