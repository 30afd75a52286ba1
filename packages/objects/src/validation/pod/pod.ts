import { existing, items, type Json } from '../../defaults/fields.ts'
import type { Place } from '../place.ts'
import { annotations, labels, textOf } from '../shared.ts'
import { validatePodSpec } from './spec.ts'
import { validatePodUpdate } from './update.ts'

/** A pod: what its templates need too, and what only a pod needs. */
export function validatePod(object: Json, old: Json | undefined, place: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const at = place.at('spec')
  validatePodSpec(spec, at, true)
  for (const list of ['containers', 'initContainers'])
    for (const [index, container] of items(spec, list).entries()) {
      const image = textOf(container, 'image')
      if (image.trim() !== image)
        at.at(list).nth(index).at('image').invalid(image, 'must not have leading or trailing whitespace')
    }
  const before = existing(old, 'spec')
  if (before !== undefined) {
    validatePodUpdate(spec, before, at)
    return
  }
  if (items(spec, 'ephemeralContainers').length > 0) at.at('ephemeralContainers').forbidden('cannot be set on create')
  if (textOf(spec, 'nodeName') !== '' && items(spec, 'schedulingGates').length > 0)
    at.at('nodeName').forbidden('cannot be set until all schedulingGates have been cleared')
}

/** The template of a controller. */
export function validateTemplate(template: Json | undefined, place: Place): void {
  const metadata = existing(template, 'metadata')
  labels(metadata?.['labels'], place.at('labels'))
  annotations(metadata?.['annotations'], place.at('annotations'))
  const spec = existing(template, 'spec') ?? {}
  validatePodSpec(spec, place.at('spec'), false)
  if (items(spec, 'ephemeralContainers').length > 0)
    place.at('spec', 'ephemeralContainers').forbidden('ephemeral containers not allowed in pod template')
}

/** A template that is an object of its own. */
export function validatePodTemplate(object: Json, _old: Json | undefined, root: Place): void {
  validateTemplate(existing(object, 'template'), root.at('template'))
}
