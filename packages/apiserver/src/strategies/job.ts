import { isRecord, type KubeObject } from '@slipway/objects'
import type { Strategy } from '../registry/definition.ts'

/** Jobs: selector and labels are made from the uid, unless `manualSelector` says otherwise. */
export const jobStrategy: Partial<Strategy> = {
  prepareForCreate: (object) => {
    const spec = isRecord(object['spec']) ? object['spec'] : {}
    if (spec['manualSelector'] === true) return
    const uid = object.metadata.uid ?? ''
    const template = isRecord(spec['template']) ? spec['template'] : {}
    const metadata = isRecord(template['metadata']) ? template['metadata'] : {}
    const labels = isRecord(metadata['labels']) ? metadata['labels'] : {}
    const name = object.metadata.name ?? ''
    const added = {
      'batch.kubernetes.io/controller-uid': uid,
      'controller-uid': uid,
      'batch.kubernetes.io/job-name': name,
      'job-name': name,
    }
    template['metadata'] = { ...metadata, labels: { ...labels, ...added } }
    spec['template'] = template
    // What has no labels of its own gets those of its pods, as upstream's defaults do.
    if (Object.keys(object.metadata.labels ?? {}).length === 0)
      object.metadata.labels = { ...(labels as Record<string, string>), ...added }
    const selector = isRecord(spec['selector']) ? spec['selector'] : {}
    const own = isRecord(selector['matchLabels']) ? selector['matchLabels'] : {}
    spec['selector'] = { ...selector, matchLabels: { ...own, 'batch.kubernetes.io/controller-uid': uid } }
  },
  selectableFields: (object: KubeObject) => {
    const status = object['status'] as { succeeded?: number } | undefined
    return { 'status.successful': String(status?.succeeded ?? 0) }
  },
}
