import { existing, items, type Json } from '../../defaults/fields.ts'
import { configKey, dns1123Label, dns1123Subdomain, variableName } from '../names.ts'
import type { Place } from '../place.ts'
import { noBacksteps, textOf } from '../shared.ts'
import { containerResource, podField, VARIABLE_FIELDS } from './field-refs.ts'

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef']

/** The variables of a container. */
export function environment(container: Json, place: Place): void {
  for (const [index, variable] of items(container, 'env').entries()) {
    const at = place.at('env').nth(index)
    const name = textOf(variable, 'name')
    if (name === '') at.at('name').required()
    else at.at('name').named(name, variableName)
    valueFrom(variable, at.at('valueFrom'))
  }
  for (const [index, source] of items(container, 'envFrom').entries()) variablesFrom(source, place.at('envFrom'), index)
}

function valueFrom(variable: Json, place: Place): void {
  const source = existing(variable, 'valueFrom')
  if (source === undefined) return
  const field = existing(source, 'fieldRef')
  if (field !== undefined) podField(field, place.at('fieldRef'), VARIABLE_FIELDS)
  const resource = existing(source, 'resourceFieldRef')
  if (resource !== undefined) containerResource(resource, place.at('resourceFieldRef'))
  for (const name of ['configMapKeyRef', 'secretKeyRef']) keyOf(existing(source, name), place.at(name))
  fileKey(existing(source, 'fileKeyRef'), place.at('fileKeyRef'))
  const given = SOURCES.filter((name) => source[name] !== undefined).length
  if (given === 0)
    place.invalid(
      '',
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    )
  else if (textOf(variable, 'value') !== '') place.invalid('', 'may not be specified when `value` is not empty')
  else if (given > 1) place.invalid('', 'may not have more than one field specified at a time')
}

function keyOf(reference: Json | undefined, place: Place): void {
  if (reference === undefined) return
  place.at('name').named(textOf(reference, 'name'), dns1123Subdomain)
  const key = textOf(reference, 'key')
  if (key === '') place.at('key').required()
  else place.at('key').named(key, configKey)
}

function fileKey(reference: Json | undefined, place: Place): void {
  if (reference === undefined) return
  const [key, volume, path] = ['key', 'volumeName', 'path'].map((name) => textOf(reference, name))
  if (key === '') place.at('key').required()
  else place.at('key').named(key ?? '', variableName)
  if (volume === '') place.at('volumeName').required()
  else place.at('volumeName').named(volume ?? '', dns1123Label)
  if (path === '') place.at('path').required()
  else noBacksteps(path ?? '', place.at('path'))
}

function variablesFrom(source: Json, place: Place, index: number): void {
  const prefix = textOf(source, 'prefix')
  if (prefix !== '') place.nth(index).at('prefix').named(prefix, variableName)
  const given = ['configMapRef', 'secretRef'].filter((name) => source[name] !== undefined)
  for (const kind of given) {
    const at = place.nth(index).at(kind, 'name')
    const name = textOf(existing(source, kind), 'name')
    if (name === '') at.required()
    // The start of a name is enough here, which may end in a hyphen.
    else
      at.named(name, (text) =>
        dns1123Subdomain(text.replace(/(.)-$/, '$1a')).length > 0 ? dns1123Subdomain(text) : [],
      )
  }
  if (given.length === 0) place.invalid('', 'must specify one of: `configMapRef` or `secretRef`')
  else if (given.length > 1) place.invalid('', 'may not have more than one field specified at a time')
}
