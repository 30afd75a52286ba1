import { expect, test } from 'vitest'
import { copyJson } from '@slipway/objects'

test('a copy is equal and shares nothing, however deep and frozen the value is', () => {
  const shared = Object.freeze({ name: 'a' })
  const value = Object.freeze({ list: Object.freeze([shared, [1, null]]), gone: undefined, text: 'x', again: shared })
  const copy = copyJson(value) as unknown as { list: { name: string }[]; again: { name: string } }
  expect(copy).toStrictEqual(structuredClone(value))
  copy.list[0]!.name = 'b'
  copy.list.push({ name: 'c' })
  expect(shared.name).toBe('a')
  expect(copy.again.name).toBe('a')
  expect(value.list).toHaveLength(2)
})

test('a member with the name of the prototype is a member of the copy and nothing else', () => {
  const value = JSON.parse('{"a":{"__proto__":{"polluted":{"yes":true}}}}') as { a: object }
  const copy = copyJson(value)
  expect(JSON.stringify(copy)).toBe(JSON.stringify(value))
  expect((copy.a as { polluted?: unknown }).polluted).toBeUndefined()
})

test('bytes and times are copied as what they are', () => {
  const value = { bytes: new Uint8Array([1, 2]), time: new Date(0) }
  const copy = copyJson(value)
  expect(copy).toStrictEqual(value)
  expect(copy.bytes).not.toBe(value.bytes)
})
