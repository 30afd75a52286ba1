import { GoBytes, GoMap, GoSlice, type GoType, type Method, types, utf8, type Value, untag } from '@slipway/gotemplate'
import type { ChartFile } from '../chart.ts'
import { toYaml } from '../functions/yaml.ts'
import { compileGlob } from './glob.ts'

const { BYTES, STRING, STRING_SLICE, mapOf, defineType } = types

const text = (value: Value): string => {
  const plain = untag(value)
  return typeof plain === 'string' ? plain : ''
}

function filesOf(value: Value): ReadonlyMap<string, Value> {
  const plain = untag(value)
  return plain instanceof GoMap ? plain.entries : new Map()
}

function bytesAt(receiver: Value, name: Value): Uint8Array {
  const file = filesOf(receiver).get(text(name))
  return file instanceof GoBytes ? file.bytes : new Uint8Array()
}

function method(params: readonly GoType[], result: GoType, call: Method['call']): Method {
  return { params, variadic: false, result, call }
}

function baseNamed(receiver: Value, content: (bytes: Uint8Array) => string): GoMap {
  const entries = new Map<string, Value>()
  for (const [name, value] of filesOf(receiver)) {
    const base = name.slice(name.lastIndexOf('/') + 1)
    entries.set(base, value instanceof GoBytes ? content(value.bytes) : '')
  }
  return new GoMap(types.STRING_MAP, entries)
}

function glob(receiver: Value, pattern: Value): Value {
  // A pattern that does not compile matches everything, as in Helm.
  const matches = compileGlob(text(pattern)) ?? (() => true)
  return new GoMap(FILES, new Map([...filesOf(receiver)].filter(([name]) => matches(name))))
}

function lines(receiver: Value, name: Value): Value {
  const content = utf8.decodeBytes(bytesAt(receiver, name))
  const items = content === '' ? [] : content.replace(/\n$/, '').split('\n')
  return new GoSlice(STRING_SLICE, items)
}

function base64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

const FILES: GoType = defineType({
  name: 'engine.files',
  kind: 'map',
  underlying: mapOf(BYTES),
  methods: {
    Get: method([STRING], STRING, (receiver, [name]) => utf8.decodeBytes(bytesAt(receiver, name))),
    GetBytes: method([STRING], BYTES, (receiver, [name]) => new GoBytes(bytesAt(receiver, name))),
    Lines: method([STRING], STRING_SLICE, (receiver, [name]) => lines(receiver, name)),
    AsConfig: method([], STRING, (receiver) => toYaml(baseNamed(receiver, utf8.decodeBytes))),
    AsSecrets: method([], STRING, (receiver) => toYaml(baseNamed(receiver, base64))),
    Glob: {
      params: [STRING],
      variadic: false,
      get result() {
        return FILES
      },
      call: (receiver, [pattern]) => glob(receiver, pattern),
    },
  },
})

/** The value of `.Files`. */
export function filesValue(files: readonly ChartFile[]): GoMap {
  return new GoMap(FILES, new Map(files.map((file) => [file.name, new GoBytes(file.data)])))
}
