import type { KubeObject } from '@slipway/objects'
import { describe, expect, test } from 'vitest'
import { CodedError, LineIndex, type Origin, rangeOf } from '@slipway/diag'
import { printError } from '../src/output/errors.ts'
import { terminalOutput, visible } from '../src/output/escape.ts'
import { hidden, isHidden, secretMask, withoutValues } from '../src/output/secrets.ts'

describe('what a terminal is shown', () => {
  test.each([
    ['a window title', 'a\u001B]0;owned\u0007b', 'a^[]0;owned^Gb'],
    ['a cursor movement', '\u001B[2J\u001B[1;1Hclean', '^[[2J^[[1;1Hclean'],
    ['a line written over', 'ok\rFAILED', 'ok^MFAILED'],
    ['a command of eight bits', '\u009B2J', '\\u009b2J'],
    ['colours, lines and tabs', '\u001B[1;31mred\u001B[0m\tnext\n', '\u001B[1;31mred\u001B[0m\tnext\n'],
    ['letters of every script', 'größe 大きさ 🚢', 'größe 大きさ 🚢'],
  ])('is harmless: %s', (_, text, shown) => {
    expect(visible(text)).toBe(shown)
  })

  test('passes through one place', () => {
    const written: string[] = []
    terminalOutput({ write: (text) => written.push(text) > 0 }).write('\u001B]52;c;cm0gLXJm\u0007')
    expect(written).toEqual(['^[]52;c;cm0gLXJm^G'])
  })
})

describe('an error', () => {
  const printed = (error: unknown): string => {
    const lines: string[] = []
    printError(error, { env: {}, stderr: { write: (text) => lines.push(text) > 0 } })
    return lines.join('')
  }

  test('has its code, its place where the words do not name it, and what to do', () => {
    const range = rangeOf('a.yaml', new LineIndex('a: 1\nb'), { start: 5, end: 6 })
    const error = Object.assign(new CodedError('X_Y', 'yaml: line 2: no', { hint: 'mend it' }), { range })
    expect(printed(error)).toBe('error: yaml: line 2: no [X_Y]\n  at a.yaml:2:1\n  hint: mend it\n')
    const named = Object.assign(new CodedError('X_Y', 'a.yaml:2:1: no'), { range })
    expect(printed(named)).toBe('error: a.yaml:2:1: no [X_Y]\n')
  })
})

describe('Secrets in a diff', () => {
  const secret = (data: Record<string, string>, annotation?: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'db',
      ...(annotation === undefined
        ? {}
        : { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': annotation } }),
    },
    data,
  })

  test('show that a value differs, and never the value', () => {
    const hide = secretMask()
    const live = hide(secret({ user: 'YWRtaW4=', password: 'b2xk' }))
    const desired = hide(secret({ user: 'YWRtaW4=', password: 'bmV3' }))
    expect(live['data']).toEqual({ user: '++++++++', password: '++++++++' })
    expect(desired['data']).toEqual({ user: '++++++++', password: '+++++++++' })
  })

  test('hide what kubectl applied last, too', () => {
    const applied = JSON.stringify(secret({ password: 'b2xk' }))
    const text = JSON.stringify(secretMask()(secret({ password: 'b2xk' }, applied)))
    expect(text).not.toContain('b2xk')
    expect(text).toContain('last-applied-configuration')
    expect(JSON.stringify(secretMask()(secret({}, 'no JSON: b2xk')))).not.toContain('b2xk')
  })

  test('are shown as data where they are written as text, as Argo CD shows them', () => {
    const { stringData, data } = secretMask()({ ...secret({ user: 'YWRtaW4=' }), stringData: { password: 'old' } })
    expect([stringData, data]).toEqual([undefined, { user: '++++++++', password: '++++++++' }])
  })

  test('have places, and no values', () => {
    const object = { ...secret({ user: 'YWRtaW4=' }), stringData: { password: 'old' } }
    expect(isHidden(object, ['stringData', 'password'])).toBe(true)
    expect(isHidden(object, ['metadata', 'name'])).toBe(false)
    expect(isHidden({ ...object, kind: 'ConfigMap' }, ['data', 'user'])).toBe(false)
    expect([hidden('old'), hidden({ user: 'YWRtaW4=' })]).toEqual(['++++++++', { user: '++++++++' }])
    const origin: Origin = {
      kind: 'values',
      subject: '.Values.password',
      value: 'old',
      overrode: [{ kind: 'set', argument: '--set password=older', value: 'older' }],
    }
    const places = withoutValues(origin)
    expect(places).toMatchObject({ subject: '.Values.password', overrode: [{ argument: '--set password' }] })
    expect(JSON.stringify(places)).not.toContain('old')
  })

  test('leave other objects as they are', () => {
    const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 'b' } }
    expect(secretMask()(object)).toBe(object)
  })
})
