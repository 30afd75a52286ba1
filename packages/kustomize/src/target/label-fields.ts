import { type FieldSpec, type TransformerConfig, mergeSpecs } from '../config/field-spec.ts'
import type { LabelEntry } from '../config/kustomization.ts'
import { within } from '../errors.ts'
import { specOf } from './transformer-config.ts'

const METADATA_LABELS: FieldSpec = { group: '', version: '', kind: '', path: 'metadata/labels', create: true }

/** The fields that an entry of `labels` is written to. */
export function labelFields(entry: LabelEntry, config: TransformerConfig): readonly FieldSpec[] {
  const own = (entry.fields ?? []).map(specOf)
  return within('failed to merge labels', () => {
    const fields = mergeSpecs(own, config.labels)
    if (entry.includeSelectors === true) return mergeSpecs(fields, config.commonLabels)
    return mergeSpecs(templateFields(fields, entry, config), [METADATA_LABELS])
  })
}

function templateFields(
  fields: readonly FieldSpec[],
  entry: LabelEntry,
  config: TransformerConfig,
): readonly FieldSpec[] {
  const { includeTemplates, includeVolumeClaimTemplates } = entry
  const templates = includeTemplates === true ? mergeSpecs(fields, config.templateLabels) : fields
  return includeVolumeClaimTemplates === true ? mergeSpecs(templates, config.volumeClaimTemplateLabels) : templates
}
