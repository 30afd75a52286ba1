import { copyJson, decodeAs, displayPath, gvkOf, type KubeObject, shapeOfKind, typeOfKind } from '@slipway/objects'
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
  const fault = undeclaredFault(config, resource)
  if (fault === undefined) return
  const { namespace = '', name = '' } = config.metadata
  const { group, version, kind } = gvkOf(config)
  const what = `${namespace}/${name}; ${group}/${version}, Kind=${kind}`
  throw failure({ code: 500, reason: '', message: `failed to create typed patch object (${what}): ${fault}` })
}

/** What is wrong with a configuration that has fields which its kind does not declare; undefined when there are none. */
export function undeclaredFault(config: KubeObject, resource: ResourceDefinition): string | undefined {
  const shape = shapeOfKind(config, customShape(resource))
  const [first, ...others] = undeclared(config, resource).map(
    (field) => `${displayPath(config, field, shape)}: field not declared in schema`,
  )
  if (first === undefined || others.length === 0) return first
  return ['errors:', ...[first, ...others].map((fault) => `  ${fault}`)].join('\n')
}

function undeclared(config: KubeObject, { custom }: ResourceDefinition): readonly string[] {
  if (custom !== undefined) return coerceCustom(copyJson(config), custom).unknown
  const type = typeOfKind(gvkOf(config))
  return type === undefined ? [] : decodeAs(type, config).unknown
}
