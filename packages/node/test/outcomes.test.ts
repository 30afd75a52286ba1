import { describe, expect, test } from 'vitest'
import { outcomesOf, PROCESS_OUTCOMES, type Pod } from '@slipway/node'

const pod = (spec: object, container: object = {}): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {},
    spec: { ...spec, containers: [{ name: 'a', image: 'i', ...container }] },
    status: {},
  }) as unknown as Pod

describe('the table of outcomes', () => {
  for (const { field, outcome } of PROCESS_OUTCOMES.filter(
    (row) => !row.field.includes('.resources') && !row.field.includes('privileged'),
  )) {
    test(`${field} is ${outcome}`, () => {
      const name = field.replace('containers[].', '')
      const given =
        field === name
          ? pod(name === 'containers' || name === 'initContainers' ? {} : { [name]: 'x' })
          : pod({}, { [name]: 'x' })
      const found = outcomesOf(given)
      const path = field === name ? `spec.${name}` : `spec.containers[0].${name}`
      expect(found.stored.includes(path)).toBe(outcome === 'stored')
      expect(found.refused.includes(path)).toBe(outcome === 'refused')
    })
  }

  test('limits and privileged containers are told apart from their neighbours', () => {
    const found = outcomesOf(
      pod({}, { resources: { limits: { cpu: '1' }, requests: { cpu: '1' } }, securityContext: { privileged: true } }),
    )
    expect(found).toEqual({
      stored: ['spec.containers[0].resources.limits', 'spec.containers[0].securityContext'],
      refused: ['spec.containers[0].securityContext.privileged'],
    })
  })

  test('a field that nobody knows is stored and named', () => {
    expect(outcomesOf(pod({ setHostnameAsFQDN: true })).stored).toEqual(['spec.setHostnameAsFQDN'])
  })

  test('neutral values are not mentioned', () => {
    expect(outcomesOf(pod({ dnsPolicy: 'ClusterFirst', securityContext: {} }))).toEqual({ stored: [], refused: [] })
  })
})
