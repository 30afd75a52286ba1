import { differenceOf } from '@slipway/gitops'
import type { KubeObject } from '@slipway/objects'
import { describe, expect, test } from 'vitest'
import { rememberDifferences } from '../src/differences.ts'

const target: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'b' },
  data: { colour: 'blue' },
}

function liveOf(data: Record<string, string>, more: Partial<KubeObject> = {}): KubeObject {
  const metadata = { name: 'a', namespace: 'b', uid: 'u', resourceVersion: '1' }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data, ...more }
}

const options = { ignore: [] }

describe('differences that are remembered', () => {
  test('are the same answer while only the status and the version change', () => {
    const differences = rememberDifferences()
    const first = differences.of(target, liveOf({ colour: 'blue' }), options)
    const metadata = { ...liveOf({}).metadata, resourceVersion: '2' }
    const later = liveOf({ colour: 'blue' }, { status: { ready: true }, metadata })
    expect(differences.of(structuredClone(target), later, { ignore: [] })).toBe(first)
    expect(first.modified).toBe(false)
  })

  test.each([
    ['the live object', target, liveOf({ colour: 'red' }), options],
    [
      'a label of the live object',
      target,
      liveOf({ colour: 'blue' }, { metadata: { ...liveOf({}).metadata, labels: { a: 'b' } } }),
      options,
    ],
    ['what is wanted', { ...target, data: { colour: 'green' } }, liveOf({ colour: 'blue' }), options],
    ['the rules', target, liveOf({ colour: 'blue' }), { ignore: [{ kind: 'ConfigMap', jsonPointers: ['/data'] }] }],
    ['the way it is applied', target, liveOf({ colour: 'blue' }), { ignore: [], serverSideApply: true }],
  ])('are worked out again when %s changes', (_, wanted, live, how) => {
    const differences = rememberDifferences()
    const first = differences.of(target, liveOf({ colour: 'blue' }), options)
    const second = differences.of(wanted, live, how)
    expect(second).not.toBe(first)
    expect(second).toEqual(differenceOf(wanted, live, how))
  })

  test('are not taken for those of an object that was made again under its name', () => {
    const differences = rememberDifferences()
    const first = differences.of(target, liveOf({ colour: 'blue' }), options)
    const again = liveOf({ colour: 'blue' }, { metadata: { ...liveOf({}).metadata, uid: 'another' } })
    expect(differences.of(target, again, options)).not.toBe(first)
  })

  test('of what is only wanted or only there are not kept', () => {
    const differences = rememberDifferences()
    expect(differences.of(target, undefined, options)).toEqual(differenceOf(target, undefined))
    expect(differences.of(undefined, liveOf({}), options)).toEqual(differenceOf(undefined, liveOf({})))
  })
})
