import { existing, type Json } from '../defaults/fields.ts'
import { toLabelSelector, type LabelSelectorSpec } from '../selector.ts'
import type { Place } from './place.ts'
import { validateTemplate } from './pod/pod.ts'
import { selector, textOf } from './shared.ts'

type Labels = Readonly<Record<string, string>>

/** The labels of the pods that a template makes, in the order in which Go shows a map. */
export function templateLabels(template: Json | undefined): Labels {
  const labels = existing(existing(template, 'metadata'), 'labels') ?? {}
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) as Labels
}

/** A selector that a kind needs; tells whether its pods can be found by it. */
export function requiredSelector(spec: Json, place: Place, words: { empty: string; bad: string }): boolean {
  const of = existing(spec, 'selector')
  const at = place.at('selector')
  if (of === undefined) {
    at.required()
    return true
  }
  const valid = selector(of, at)
  if (isEmpty(of)) at.invalid(of, words.empty)
  if (!valid) at.invalid(of, words.bad)
  return valid
}

/** True for a selector without conditions. */
export function isEmpty(of: Json): boolean {
  const labels = existing(of, 'matchLabels') ?? {}
  const expressions = of['matchExpressions']
  return Object.keys(labels).length === 0 && (!Array.isArray(expressions) || expressions.length === 0)
}

const MISMATCH = '`selector` does not match template `labels`'

/** The selector of a kind finds the pods of its template. One that is missing finds none, an empty one is no condition. */
export function matchesTemplate(spec: Json, place: Place): void {
  const of = existing(spec, 'selector')
  if (of !== undefined && isEmpty(of)) return
  const labels = templateLabels(existing(spec, 'template'))
  if (of !== undefined && toLabelSelector(of as LabelSelectorSpec).matches(labels)) return
  place.at('metadata', 'labels').invalid(Object.keys(labels).length === 0 ? null : labels, MISMATCH)
}

/** The template of pods that always run. */
export function alwaysRunning(template: Json | undefined, place: Place, noun: string): void {
  validateTemplate(template, place)
  restartsAlways(template, place, noun)
}

/** Pods of a controller restart always, and have no deadline. */
export function restartsAlways(template: Json | undefined, place: Place, noun: string): void {
  const spec = existing(template, 'spec')
  const policy = textOf(spec, 'restartPolicy')
  if (policy !== 'Always') place.at('spec', 'restartPolicy').unsupported(policy, ['Always'])
  if (spec?.['activeDeadlineSeconds'] !== undefined)
    place.at('spec', 'activeDeadlineSeconds').forbidden(`activeDeadlineSeconds in ${noun} is not Supported`)
}
