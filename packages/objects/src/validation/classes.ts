import { existing, type Json } from '../defaults/fields.ts'
import { dns1123Label, dns1123Subdomain, pathSegment } from './names.ts'
import type { Place } from './place.ts'
import { quantities } from './pod/resources.ts'
import { tolerations } from './pod/tolerations.ts'
import { domainPath, immutable, labels, textOf } from './shared.ts'

const LONGEST_CONTROLLER = 250

/** k8s.io/kubernetes/pkg/apis/networking/validation/validation.go, ValidateIngressClass. */
export function validateIngressClass(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  immutable(spec, existing(old, 'spec'), place, ['controller'])
  const controller = textOf(spec, 'controller')
  if (controller.length > LONGEST_CONTROLLER) place.at('controller').tooLong(LONGEST_CONTROLLER)
  domainPath(controller, place.at('controller'))
  const parameters = existing(spec, 'parameters')
  if (parameters !== undefined) classParameters(parameters, place.at('parameters'))
}

const SCOPES = ['Cluster', 'Namespace']

function classParameters(parameters: Json, place: Place): void {
  localReference(parameters, place)
  const scope = textOf(parameters, 'scope')
  const namespace = parameters['namespace']
  if (scope === '') place.at('scope').required()
  else if (!SCOPES.includes(scope)) place.at('scope').unsupported(scope, SCOPES)
  else if (scope === 'Cluster') {
    if (namespace !== undefined) place.at('namespace').forbidden("`parameters.scope` is set to 'Cluster'")
  } else if (namespace === undefined) place.at('namespace').required("`parameters.scope` is set to 'Namespace'")
  else place.at('namespace').named(String(namespace), dns1123Label)
}

/** A reference to an object of any kind in the same namespace. */
export function localReference(reference: Json, place: Place): void {
  if (reference['apiGroup'] !== undefined) place.at('apiGroup').named(textOf(reference, 'apiGroup'), dns1123Subdomain)
  for (const name of ['kind', 'name']) {
    const value = textOf(reference, name)
    if (value === '') place.at(name).required()
    else place.at(name).named(value, pathSegment)
  }
}

/** k8s.io/kubernetes/pkg/apis/node/validation/validation.go. */
export function validateRuntimeClass(object: Json, old: Json | undefined, root: Place): void {
  if (old !== undefined) {
    immutable(object, old, root, ['handler'])
    return
  }
  const handler = textOf(object, 'handler')
  if (handler === '') root.at('handler').required()
  else root.at('handler').named(handler, dns1123Label)
  const fixed = existing(existing(object, 'overhead'), 'podFixed')
  if (fixed !== undefined) quantities({ limits: fixed }, root.at('overhead'), new Set())
  const scheduling = existing(object, 'scheduling') ?? {}
  labels(scheduling['nodeSelector'], root.at('scheduling', 'nodeSelector'))
  tolerations(scheduling, root.at('scheduling', 'tolerations'))
}
