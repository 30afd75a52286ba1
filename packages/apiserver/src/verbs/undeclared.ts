import { decodeAs, displayPath, gvkOf, type KubeObject, shapeOfKind, typeOfKind } from '@slipway/objects'
import { coerceCustom } from '../crd/coerce.ts'
import { customShape } from '../crd/shape.ts'
import type { ResourceDefinition } from '../registry/definition.ts'
import { failure } from '../status.ts'

/**
 * Refuses an applied configuration with fields that its kind does not declare, whatever field validation the request asks for: without a type nobody can own
 * them. The words are those of k8s.io/apimachinery/pkg/util/managedfields and of sigs.k8s.io/structured-merge-diff; upstream gives no reason.
 *
 * @throws StatusError
 */
export function assertDeclared(config: KubeObject, resource: ResourceDefinition): void {
  const unknown = undeclared(config, resource)
  if (unknown.length === 0) return
  const shape = shapeOfKind(config, customShape(resource))
  const faults = unknown.map((field) => `${displayPath(config, field, shape)}: field not declared in schema`)
  const text = faults.length === 1 ? faults[0] : `errors:\n${faults.map((fault) => `  ${fault}`).join('\n')}`
  const { namespace = '', name = '' } = config.metadata
  const { group, version, kind } = gvkOf(config)
  const what = `${namespace}/${name}; ${group}/${version}, Kind=${kind}`
  throw failure({ code: 500, reason: '', message: `failed to create typed patch object (${what}): ${text}` })
}

function undeclared(config: KubeObject, { custom }: ResourceDefinition): readonly string[] {
  if (custom !== undefined) return coerceCustom(structuredClone(config), custom).unknown
  const type = typeOfKind(gvkOf(config))
  return type === undefined ? [] : decodeAs(type, config).unknown
}
