import { hasReason } from '@slipway/client'
import { controllerRef, type KubeObject } from '@slipway/objects'
import type { ControllerContext } from './context.ts'
import { KINDS } from './kinds.ts'
import { isControlledBy } from './pods.ts'
import { canonical, templateHash } from './template-hash.ts'
import type { PodTemplate } from './types.ts'

/** The label of pods that names their revision. */
export const REVISION_LABEL = 'controller-revision-hash'

/** A template that a StatefulSet or DaemonSet had: `apps/v1.ControllerRevision`. */
export interface ControllerRevision extends KubeObject {
  revision: number
  data: { spec: { template: PodTemplate & { $patch?: string } } }
}

/** An object whose templates are kept as revisions. */
export interface Revisioned extends KubeObject {
  spec: { template: PodTemplate; revisionHistoryLimit?: number; [field: string]: unknown }
}

/** How a kind writes its revisions. */
export interface HistoryStyle {
  /** The label that carries the hash on the revision itself. */
  readonly hashLabel: string
  readonly annotations?: Record<string, string>
  readonly collisionCount: number
}

/** The revisions that an owner controls, oldest first. */
export function revisionsOf(context: ControllerContext, owner: Revisioned): ControllerRevision[] {
  return context
    .informer<ControllerRevision>(KINDS.controllerRevision)
    .list(owner.metadata.namespace)
    .filter((revision) => isControlledBy(revision, owner))
    .sort((a, b) => a.revision - b.revision)
}

/** What the update revision is, or that a name was taken by another template and the collision count must grow. */
export type Updated = { readonly revision: ControllerRevision } | 'collision'

/**
 * The revision of an owner's present template: the newest one as it is, an older one that is made the newest (so going back reuses it), or a new one:
 * `getStatefulSetRevisions` and `constructHistory` upstream.
 */
export async function updateRevision(
  context: ControllerContext,
  owner: Revisioned,
  style: HistoryStyle,
): Promise<Updated> {
  const known = revisionsOf(context, owner)
  const wanted = templateText(owner.spec.template)
  const equal = known.filter((revision) => templateText(revision.data.spec.template) === wanted).at(-1)
  const next = (known.at(-1)?.revision ?? 0) + 1
  if (equal === undefined) return create(context, owner, { style, revision: next })
  if (equal === known.at(-1)) return { revision: equal }
  const moved = { ...equal, ...KINDS.controllerRevision, revision: next }
  return { revision: await context.client.update<ControllerRevision>(moved) }
}

/** Deletes the oldest revisions beyond the owner's limit that nothing uses. */
export async function truncateHistory(
  context: ControllerContext,
  owner: Revisioned,
  isLive: (revision: ControllerRevision) => boolean,
): Promise<void> {
  const unused = revisionsOf(context, owner).filter((revision) => !isLive(revision))
  const extra = unused.length - (owner.spec.revisionHistoryLimit ?? 10)
  for (const { metadata } of unused.slice(0, Math.max(0, extra))) {
    const { namespace, name = '' } = metadata
    try {
      await context.client.delete({ ...KINDS.controllerRevision, namespace, name })
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error
    }
  }
}

/** The part of a revision's name that is its hash. */
export function hashOf(revision: ControllerRevision, style: Pick<HistoryStyle, 'hashLabel'>): string {
  return revision.metadata.labels?.[style.hashLabel] ?? ''
}

function templateText(template: PodTemplate & { $patch?: string }): string {
  const { $patch: _, metadata = {}, ...rest } = template
  const { creationTimestamp: __, ...kept } = metadata
  return canonical({ ...rest, metadata: kept })
}

// The bytes that Go writes of it, names in order: clients tell by them whether an owner's template is that of a revision (history.go, Match).
function patchOf(template: PodTemplate): ControllerRevision['data'] {
  return JSON.parse(canonical({ spec: { template: { ...template, $patch: 'replace' } } })) as ControllerRevision['data']
}

async function create(
  context: ControllerContext,
  owner: Revisioned,
  how: { readonly style: HistoryStyle; readonly revision: number },
): Promise<Updated> {
  const { template } = owner.spec
  const { hashLabel, annotations, collisionCount } = how.style
  const hash = templateHash(templateText(template), collisionCount)
  const { name = '', namespace = '' } = owner.metadata
  const draft = {
    ...KINDS.controllerRevision,
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, [hashLabel]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerRef(owner)],
    },
    data: patchOf(template),
    revision: how.revision,
  }
  try {
    return { revision: await context.client.create<ControllerRevision>(draft) }
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error
    const present = await context.client.get<ControllerRevision>({
      ...KINDS.controllerRevision,
      namespace,
      name: draft.metadata.name,
    })
    const same = isControlledBy(present, owner) && templateText(present.data.spec.template) === templateText(template)
    return same ? { revision: present } : 'collision'
  }
}
