import { hasReason } from '@slipway/client'
import { controllerOf, controllerRef, toLabelSelector, type KubeObject, type LabelSelectorSpec } from '@slipway/objects'
import type { ControllerContext } from './context.ts'
import { KINDS } from './kinds.ts'
import { isActive, isControlledBy } from './pods.ts'
import type { Pod } from './types.ts'

/** An object that owns pods by a selector. */
export interface PodOwner extends KubeObject {
  spec: { selector: LabelSelectorSpec; [field: string]: unknown }
}

/** True for a pod of the owner's namespace that its selector matches. */
export function selectsPod(owner: PodOwner, pod: KubeObject): boolean {
  return (
    owner.metadata.namespace === pod.metadata.namespace &&
    toLabelSelector(owner.spec.selector).matches(pod.metadata.labels ?? {})
  )
}

/**
 * The pods of an owner: one that the selector matches, that nobody controls and that `adoptable` allows is adopted; one that it matches no more is released
 * (`controller.PodControllerRefManager`).
 */
export async function claimPods(
  context: ControllerContext,
  owner: PodOwner,
  adoptable: (pod: Pod) => boolean = () => true,
): Promise<Pod[]> {
  const mine: Pod[] = []
  const deleting = owner.metadata.deletionTimestamp !== undefined
  for (const pod of context.informer<Pod>(KINDS.pod).list(owner.metadata.namespace)) {
    const matches = selectsPod(owner, pod)
    const present = pod.metadata.ownerReferences ?? []
    if (isControlledBy(pod, owner)) {
      if (matches) mine.push(pod)
      else
        await setOwners(
          context,
          pod,
          present.filter(({ uid }) => uid !== owner.metadata.uid),
        )
    } else if (matches && controllerOf(pod) === undefined && isActive(pod) && !deleting && adoptable(pod)) {
      await setOwners(context, pod, [...present, controllerRef(owner)])
      mine.push(pod)
    }
  }
  return mine
}

async function setOwners(context: ControllerContext, pod: Pod, ownerReferences: object[]): Promise<void> {
  const { namespace = '', name = '', uid } = pod.metadata
  const body = { metadata: { uid, ownerReferences } }
  try {
    await context.client.patch({ ...KINDS.pod, namespace, name }, { type: 'merge', body })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}
