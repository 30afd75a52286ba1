import { existing, items, type Json } from '../defaults/fields.ts'
import { compareQuantities } from '../quantity.ts'
import { objectReference } from './autoscaler.ts'
import { dns1123Label, pathSegment } from './names.ts'
import type { Place } from './place.ts'
import { containerResourceName } from './resource-names.ts'
import { numberOf, textOf } from './shared.ts'

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource']
// In the order in which they are looked at: the first one that is there is checked, whatever the type says.
const SOURCES: readonly (readonly [string, (source: Json, place: Place) => void])[] = [
  ['object', objectSource],
  ['external', externalSource],
  ['pods', podsSource],
  ['resource', resourceSource],
  ['containerResource', containerSource],
]

/** The metrics that an autoscaler looks at. */
export function validateMetrics(spec: Json, place: Place): void {
  const metrics = items(spec, 'metrics')
  for (const [index, metric] of metrics.entries()) oneMetric(metric, place.nth(index))
  const counts = metrics.some(({ type }) => type === 'Object' || type === 'External')
  if (spec['minReplicas'] === 0 && !counts)
    place.forbidden('must specify at least one Object or External metric to support scaling to zero replicas')
}

function oneMetric(metric: Json, place: Place): void {
  const type = textOf(metric, 'type')
  const known = TYPES.includes(type)
  if (type === '') place.at('type').required('must specify a metric source type')
  if (!known) place.at('type').unsupported(type, TYPES)
  const given = SOURCES.filter(([name]) => existing(metric, name) !== undefined)
  const [first] = given
  if (first !== undefined) first[1](existing(metric, first[0]) ?? {}, place.at(first[0]))
  const expected = known ? `${type.charAt(0).toLowerCase()}${type.slice(1)}` : ''
  if (known && existing(metric, expected) === undefined)
    place.at(expected).required('must populate information for the given metric source')
  if (given.length === 1) return
  for (const [name] of given)
    if (name !== expected) place.at(name).forbidden('must populate the given metric source only')
}

function objectSource(source: Json, place: Place): void {
  objectReference(existing(source, 'describedObject') ?? {}, place.at('describedObject'))
  identifier(source, place)
  const { value, averageValue } = target(source, place)
  if (value === undefined && averageValue === undefined)
    place.at('target', 'averageValue').required('must set either a target value or averageValue')
}

function externalSource(source: Json, place: Place): void {
  identifier(source, place)
  const { value, averageValue } = target(source, place)
  if (value === undefined && averageValue === undefined)
    place.at('target', 'averageValue').required('must set either a target value for metric or a per-pod target')
  if (value !== undefined && averageValue !== undefined)
    place.at('target', 'value').forbidden('may not set both a target value for metric and a per-pod target')
}

function podsSource(source: Json, place: Place): void {
  identifier(source, place)
  if (target(source, place)['averageValue'] === undefined)
    place.at('target', 'averageValue').required('must specify a positive target averageValue')
}

function resourceSource(source: Json, place: Place): void {
  if (textOf(source, 'name') === '') place.at('name').required('must specify a resource name')
  useOf(source, place)
}

function containerSource(source: Json, place: Place): void {
  const name = textOf(source, 'name')
  const container = textOf(source, 'container')
  if (name === '') place.at('name').required('must specify a resource name')
  else containerResourceName(name, place.at('name'))
  if (container === '') place.at('container').required('must specify a container')
  else place.at('container').named(container, dns1123Label)
  useOf(source, place)
}

function useOf(source: Json, place: Place): void {
  const { averageUtilization, averageValue } = target(source, place)
  if (averageUtilization === undefined && averageValue === undefined)
    place.at('target', 'averageUtilization').required('must set either a target raw value or a target utilization')
  if (averageUtilization !== undefined && averageValue !== undefined)
    place.at('target', 'averageValue').forbidden('may not set both a target raw value and a target utilization')
}

const TARGETS = ['Utilization', 'Value', 'AverageValue']

function target(source: Json, place: Place): Json {
  const of = existing(source, 'target') ?? {}
  const at = place.at('target')
  const type = textOf(of, 'type')
  if (type === '') at.at('type').required('must specify a metric target type')
  if (!TARGETS.includes(type)) at.at('type').invalid(type, 'must be either Utilization, Value, or AverageValue')
  for (const name of ['value', 'averageValue'])
    if (of[name] !== undefined && compareQuantities(String(of[name]), '0') <= 0)
      at.at(name).invalid(of[name], 'must be positive')
  const use = numberOf(of, 'averageUtilization')
  if (use !== undefined && use < 1) at.at('averageUtilization').invalid(use, 'must be greater than 0')
  return of
}

function identifier(source: Json, place: Place): void {
  const name = textOf(existing(source, 'metric'), 'name')
  const at = place.at('metric', 'name')
  if (name === '') at.required('must specify a metric name')
  else at.named(name, pathSegment)
}
