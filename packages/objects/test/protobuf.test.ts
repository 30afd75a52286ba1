import { decodeProtobuf } from '@slipway/objects'
import { expect, test } from 'vitest'

// A message as typed Go clients write it: fields by number, texts and messages with their length, booleans as numbers.
type Field = readonly [number: number, value: string | boolean | Uint8Array]

function message(...fields: readonly Field[]): Buffer {
  const parts = fields.map(([number, value]) => {
    if (typeof value === 'boolean') return Buffer.concat([varint(number * 8), varint(value ? 1 : 0)])
    const bytes = Buffer.from(value)
    return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
  })
  return Buffer.concat(parts)
}

function varint(value: number): Buffer {
  return value < 128
    ? Buffer.of(value)
    : Buffer.concat([Buffer.of((value % 128) + 128), varint(Math.floor(value / 128))])
}

function definition(schema: Buffer): Buffer {
  const version = message([1, 'v1'], [2, true], [3, true], [4, message([1, schema])])
  const spec = message([1, 'example.com'], [4, 'Namespaced'], [7, version])
  const object = message([1, message([1, 'webs.example.com'])], [2, spec])
  const typeMeta = message([1, 'apiextensions.k8s.io/v1'], [2, 'CustomResourceDefinition'])
  return Buffer.concat([Buffer.from('k8s\0'), message([1, typeMeta], [2, object])])
}

const text = message([5, 'string'])
const named = (name: string, value: Buffer): Buffer => message([1, name], [2, value])

test("a CRD's schema keeps what may be a schema, a list of schemas, a boolean or names", () => {
  const schema = message(
    [5, 'object'],
    // nullable and x-kubernetes-int-or-string, not set; x-kubernetes-preserve-unknown-fields, set to false.
    [37, false],
    [40, false],
    [38, false],
    [29, named('list', message([5, 'array'], [24, message([1, text])]))],
    [29, named('tuple', message([24, message([2, text], [2, text])]))],
    [29, named('map', message([30, message([1, true], [2, text])]))],
    [29, named('open', message([30, message([1, true])]))],
    [29, named('closed', message([30, message()], [33, message([1, false])]))],
    [32, named('a', message([2, 'b'], [2, 'c']))],
    [32, named('d', message([1, text]))],
  )
  const { spec } = decodeProtobuf(definition(schema)) as unknown as {
    spec: { versions: { schema: { openAPIV3Schema: unknown } }[] }
  }
  expect(spec.versions[0]?.schema.openAPIV3Schema).toEqual({
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': false,
    properties: {
      list: { type: 'array', items: { type: 'string' } },
      tuple: { items: [{ type: 'string' }, { type: 'string' }] },
      map: { additionalProperties: { type: 'string' } },
      open: { additionalProperties: true },
      closed: { additionalProperties: false, additionalItems: false },
    },
    dependencies: { a: ['b', 'c'], d: { type: 'string' } },
  })
})

test('a body that is no protobuf of Kubernetes is refused', () => {
  expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow('protobuf prefix')
  expect(() => decodeProtobuf(definition(text).subarray(0, 40))).toThrow()
})

test('what Go embeds is nested in protobuf and not in JSON: volumes, probes, references', () => {
  // Volume.volumeSource = 2 with configMap = 19, whose reference is 1; Probe.handler = 1 with httpGet = 2; ConfigMapEnvSource's reference = 1.
  const reference = message([1, 'settings'])
  const volume = message([1, 'config'], [2, message([19, message([1, reference])])])
  const probe = message([1, message([2, message([1, '/livez'])])])
  const container = message([1, 'c'], [2, 'i'], [19, message([2, message([1, reference])])], [10, probe])
  const spec = message([1, volume], [2, container])
  const object = message([1, message([1, 'p'])], [2, spec])
  const typeMeta = message([1, 'v1'], [2, 'Pod'])
  const body = Buffer.concat([Buffer.from('k8s\0'), message([1, typeMeta], [2, object])])
  expect(decodeProtobuf(body)['spec']).toMatchObject({
    volumes: [{ name: 'config', configMap: { name: 'settings' } }],
    containers: [
      { name: 'c', envFrom: [{ configMapRef: { name: 'settings' } }], livenessProbe: { httpGet: { path: '/livez' } } },
    ],
  })
})
