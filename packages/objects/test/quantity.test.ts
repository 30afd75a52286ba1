import { describe, expect, test } from 'vitest'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
  subtractQuantities,
} from '@slipway/objects'

describe('canonical forms are those of resource.Quantity', () => {
  test.each([
    ['1000m', '1'],
    ['100m', '100m'],
    ['0.5', '500m'],
    ['1.5Gi', '1536Mi'],
    ['1024Ki', '1Mi'],
    ['1000Ki', '1000Ki'],
    ['3072Mi', '3Gi'],
    ['1e3', '1e3'],
    ['12E6', '12e6'],
    ['0.001', '1m'],
    ['0', '0'],
    ['0Gi', '0'],
    ['1000', '1k'],
    ['1500', '1500'],
    ['-1Gi', '-1Gi'],
    ['0.5Mi', '512Ki'],
    ['100000000n', '100m'],
    ['.5', '500m'],
    ['1.', '1'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical)
  })
})

test('what is no quantity is refused with the wording of the API server', () => {
  for (const text of ['', '1x', '1 Gi', 'Gi', '1ki', '0x10', '--1']) {
    expect(() => parseQuantity(text)).toThrow(/quantities must match the regular expression/)
    expect(() => parseQuantity(text)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(JSON.stringify(text)) as string }) as Error,
    )
  }
})

test('quantities add, compare and convert across notations', () => {
  expect(addQuantities('100m', '900m')).toBe('1')
  expect(addQuantities('1Gi', '512Mi')).toBe('1536Mi')
  expect(subtractQuantities('2', '500m')).toBe('1500m')
  expect(compareQuantities('1Gi', '1024Mi')).toBe(0)
  expect(compareQuantities('1G', '1Gi')).toBeLessThan(0)
  expect(quantityValue('1.2')).toBe(2)
  expect(quantityMilliValue('1500u')).toBe(2)
})
