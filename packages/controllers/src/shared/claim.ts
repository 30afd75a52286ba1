import { hasReason, type KindRef } from '@slipway/client'
import { controllerOf, controllerRef, toLabelSelector, type KubeObject, type LabelSelectorSpec } from '@slipway/objects'
import type { ControllerContext } from './context.ts'
import { KINDS } from './kinds.ts'
import { isActive, isControlledBy } from './pods.ts'
import type { Pod } from './types.ts'

/** An object that owns pods by a selector. */
export interface PodOwner extends KubeObject {
  spec: { readonly selector: LabelSelectorSpec }
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
export function claimPods(
  context: ControllerContext,
  owner: PodOwner,
  adoptable: (pod: Pod) => boolean = () => true,
): Promise<Pod[]> {
  return claim<Pod>(context, owner, { kind: KINDS.pod, adoptable: (pod) => isActive(pod) && adoptable(pod) })
}

/** The same for objects of any kind that an owner may control. */
export async function claim<T extends KubeObject>(
  context: ControllerContext,
  owner: PodOwner,
  what: {
    readonly kind: KindRef
    readonly adoptable: (object: T) => boolean
    /** One that every object gets when it is adopted and loses when it is released. */
    readonly finalizer?: string
  },
): Promise<T[]> {
  const mine: T[] = []
  const deleting = owner.metadata.deletionTimestamp !== undefined
  for (const object of context.informer<T>(what.kind).list(owner.metadata.namespace)) {
    const matches = selectsPod(owner, object)
    const present = object.metadata.ownerReferences ?? []
    if (isControlledBy(object, owner)) {
      const others = present.filter(({ uid }) => uid !== owner.metadata.uid)
      if (matches) mine.push(object)
      else await setOwners(context, { ...object, ...what.kind }, { owners: others, ...dropped(object, what.finalizer) })
    } else if (matches && controllerOf(object) === undefined && !deleting && what.adoptable(object)) {
      const owners = [...present, controllerRef(owner)]
      const finalizers =
        what.finalizer === undefined ? {} : { finalizers: [...(object.metadata.finalizers ?? []), what.finalizer] }
      const adopted = await setOwners(context, { ...object, ...what.kind }, { owners, ...finalizers })
      if (adopted !== undefined) mine.push(adopted)
    }
  }
  return mine
}

function dropped({ metadata }: KubeObject, finalizer: string | undefined): { readonly finalizers?: string[] } {
  const left = metadata.finalizers?.filter((each) => each !== finalizer)
  return left?.length === metadata.finalizers?.length ? {} : { finalizers: left ?? [] }
}

// Undefined for one that is gone, or somebody else by now.
async function setOwners<T extends KubeObject>(
  context: ControllerContext,
  object: T,
  { owners, ...more }: { readonly owners: object[]; readonly finalizers?: string[] },
): Promise<T | undefined> {
  const { apiVersion, kind } = object
  const { namespace = '', name = '', uid } = object.metadata
  const body = { metadata: { uid, ownerReferences: owners, ...more } }
  try {
    return await context.client.patch<T>({ apiVersion, kind, namespace, name }, { type: 'merge', body })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
    return undefined
  }
}
