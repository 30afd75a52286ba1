import { existing, type Json } from '../defaults/fields.ts'
import type { Place } from './place.ts'
import { nonNegative } from './shared.ts'
import { alwaysRunning, templateLabels } from './template.ts'

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidateReplicationControllerSpec. */
export function validateReplicationController(object: Json, _old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  const wanted = Object.entries(existing(spec, 'selector') ?? {})
  const template = existing(spec, 'template')
  nonNegative(spec, place, ['minReadySeconds'])
  if (wanted.length === 0) place.at('selector').required()
  nonNegative(spec, place, ['replicas'])
  if (template === undefined) {
    place.at('template').required()
    return
  }
  const labels = templateLabels(template)
  if (!wanted.every(([key, value]) => labels[key] === value))
    place.at('template', 'metadata', 'labels').invalid(labels, '`selector` does not match template `labels`')
  alwaysRunning(template, place.at('template'), 'ReplicationController')
}
