import { syncAllowed, type Application, type SyncAsked, type SyncWindow } from '@slipway/argo'
import { describe, expect, test } from 'vitest'

const SERVER = 'https://kubernetes.default.svc'
const web: Application = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'web', namespace: 'argocd' },
  spec: { project: 'p', destination: { server: SERVER, namespace: 'production' } },
}

const at = (time: string): number => Date.parse(`2026-03-04T${time}:00Z`)

function ask(windows: readonly SyncWindow[], time: string, asked: Partial<SyncAsked> = {}): boolean | string {
  const project = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'p' },
    spec: { syncWindows: windows },
  }
  const { allowed, fault } = syncAllowed(project, web, { now: at(time), isManual: false, ...asked })
  return fault ?? allowed
}

const all = { applications: ['*'] }
const night: SyncWindow = { kind: 'deny', schedule: '0 22 * * *', duration: '8h', ...all }
const office: SyncWindow = { kind: 'allow', schedule: '0 9 * * 1-5', duration: '1h30m', ...all }

describe('a deny window', () => {
  test.each([
    ['21:59', true],
    // The schedule is due after the moment before which the window is long, not at it.
    ['22:00', true],
    ['22:01', false],
    ['05:59', false],
    ['06:00', true],
  ])('at %s lets automated syncs be: %s', (time, expected) => {
    expect(ask([night], time)).toBe(expected)
  })

  test('lets people sync where every open one says so', () => {
    const manual = { isManual: true }
    expect(ask([night], '23:00', manual)).toBe(false)
    expect(ask([{ ...night, manualSync: true }], '23:00', manual)).toBe(true)
    expect(ask([{ ...night, manualSync: true }, night], '23:00', manual)).toBe(false)
    expect(ask([{ ...night, manualSync: true }], '23:00')).toBe(false)
  })

  test('wins over an allow window', () => {
    const always: SyncWindow = { kind: 'allow', schedule: '* * * * *', duration: '1h', ...all }
    expect(ask([always, night], '23:00')).toBe(false)
    expect(ask([always, night], '12:00')).toBe(true)
  })

  test('lets an operation go on with syncOverrun that was allowed to begin', () => {
    const overrun = { ...night, syncOverrun: true }
    expect(ask([overrun], '23:00', { startedAt: at('21:30') })).toBe(true)
    expect(ask([overrun], '23:00', { startedAt: at('22:30') })).toBe(false)
    expect(ask([night], '23:00', { startedAt: at('21:30') })).toBe(false)
  })
})

describe('an allow window', () => {
  test('forbids while it is closed, unless another one is open', () => {
    expect(ask([office], '09:30')).toBe(true)
    expect(ask([office], '10:31')).toBe(false)
    const late: SyncWindow = { kind: 'allow', schedule: '0 10 * * *', duration: '2h', ...all }
    expect(ask([office, late], '10:45')).toBe(true)
  })

  test('lets people sync, and operations end, where all that are closed say so', () => {
    expect(ask([{ ...office, manualSync: true }], '12:00', { isManual: true })).toBe(true)
    expect(ask([{ ...office, manualSync: true }, office], '12:00', { isManual: true })).toBe(false)
    expect(ask([{ ...office, syncOverrun: true }], '10:45', { startedAt: at('10:15') })).toBe(true)
  })
})

describe('which Applications a window speaks of', () => {
  const deny: SyncWindow = { kind: 'deny', schedule: '* * * * *', duration: '1h' }
  test.each<[string, SyncWindow, boolean]>([
    ['none, when it names nothing', {}, true],
    ['by name', { applications: ['we*'] }, false],
    ['by another name', { applications: ['db'] }, true],
    ['by namespace', { applications: ['db'], namespaces: ['prod*'] }, false],
    ['by cluster', { clusters: [SERVER] }, false],
    ['by the name of the cluster, which the Application does not use', { clusters: ['in-cluster'] }, true],
    ['by all of them', { applications: ['web'], namespaces: ['production'], andOperator: true }, false],
    ['not by one of them', { applications: ['web'], namespaces: ['staging'], andOperator: true }, true],
  ])('%s', (_, match, expected) => {
    expect(ask([{ ...deny, ...match }], '12:00')).toBe(expected)
  })
})

test('a time zone moves the schedule', () => {
  const berlin = { ...night, timeZone: 'Europe/Berlin' }
  expect([ask([berlin], '21:30'), ask([berlin], '05:30')]).toEqual([false, true])
  expect(ask([{ ...night, timeZone: 'No/Where' }], '21:30')).toBe(true)
})

test.each([
  [{ schedule: 'soon' }, "cannot parse schedule 'soon': expected exactly 5 fields, found 1: [soon]"],
  [{ schedule: '@daily' }, "cannot parse schedule '@daily': parser does not accept descriptors: @daily"],
  [{ duration: '1d' }, `cannot parse duration '1d': time: unknown unit "d" in duration "1d"`],
  [{ duration: '5' }, `cannot parse duration '5': time: missing unit in duration "5"`],
  [{ duration: 'x' }, `cannot parse duration 'x': time: invalid duration "x"`],
])('a window that cannot be read forbids every sync: %o', (wrong, sentence) => {
  expect(ask([{ ...night, ...wrong }], '12:00', { isManual: true })).toBe(`invalid sync windows: ${sentence}`)
})

test('a schedule that is never due counts as open, as in Argo CD', () => {
  expect(ask([{ ...night, schedule: '0 0 31 2 *' }], '12:00')).toBe(false)
})
