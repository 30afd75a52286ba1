import { isRecord, LEAF, type Shape, shapeOfType, UNTYPED } from '@slipway/objects'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { Schema } from './custom.ts'

const shapes = new WeakMap<object, Shape>()

/** How apply treats the fields of a custom kind, by its structural schema; undefined for kinds that have none. */
export function customShape(resource: ResourceDefinition): Shape | undefined {
  const schema = resource.custom?.schema as Schema | undefined
  if (schema === undefined) return undefined
  return shapeOf({ ...schema, 'x-kubernetes-embedded-resource': true }, schema)
}

function shapeOf(schema: Schema, identity: object = schema): Shape {
  const known = shapes.get(identity)
  if (known !== undefined) return known
  const shape = build(schema)
  shapes.set(identity, shape)
  return shape
}

// Lists are one value unless they say otherwise, objects have members unless they say otherwise.
function build(schema: Schema): Shape {
  if (schema['x-kubernetes-int-or-string'] === true) return LEAF
  if (schema.type === 'array') return listShape(schema)
  if (schema['x-kubernetes-map-type'] === 'atomic') return LEAF
  if (schema.type !== 'object') return schema['x-kubernetes-preserve-unknown-fields'] === true ? UNTYPED : LEAF
  const rest = isRecord(schema.additionalProperties) ? (schema.additionalProperties as Schema) : undefined
  if (rest !== undefined) return { kind: 'struct', map: true, member: () => shapeOf(rest) }
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  return {
    kind: 'struct',
    member: (name) => {
      if (embedded && name === 'metadata') return shapeOfType('meta/v1.ObjectMeta')
      const property = schema.properties?.[name]
      return property === undefined ? UNTYPED : shapeOf(property)
    },
  }
}

function listShape(schema: Schema): Shape {
  const type = schema['x-kubernetes-list-type']
  if (type === 'set') return { kind: 'set' }
  const keys = schema['x-kubernetes-list-map-keys']
  if (type !== 'map' || !Array.isArray(keys) || schema.items === undefined) return LEAF
  const { properties = {} } = schema.items
  const defaults = Object.fromEntries(
    (keys as string[]).flatMap((key) => {
      const value = properties[key]?.default
      return value === undefined ? [] : [[key, value]]
    }),
  )
  return { kind: 'keyed', keys: keys as string[], defaults, item: shapeOf(schema.items) }
}
