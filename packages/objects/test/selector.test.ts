import { parseLabelSelector } from '@slipway/objects'
import { describe, expect, test } from 'vitest'

describe('the text of a label selector', () => {
  test.each([
    ['', { any: 'thing' }, true],
    ['  ', { any: 'thing' }, true],
    ['app=web', { app: 'web' }, true],
    ['app==web, tier!=db', { app: 'web' }, true],
    ['app in (web, api),!old', { app: 'api' }, true],
    ['app notin (web)', { app: 'web' }, false],
    ['app in (web,)', { app: '' }, true],
    ['app=', { app: '' }, true],
    ['size>3', { size: '4' }, true],
    ['size<3', { size: '4' }, false],
    ['a.b/c', { 'a.b/c': '' }, true],
  ])('%j selects %j: %j', (text, labels, selected) => {
    expect(parseLabelSelector(text).matches(labels as unknown as Record<string, string>)).toBe(selected)
  })

  // As k8s.io/apimachinery/pkg/labels words them.
  test.each([
    ['app=web,', "found '', expected: identifier after ','"],
    ['app=web,,tier=db', "found ',', expected: identifier after ','"],
    [',app=web', "found ',', expected: !, identifier, or 'end of string'"],
    [',', "found ',', expected: !, identifier, or 'end of string'"],
  ])('%j is refused: a term is missing', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message)
  })
})
