import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type ApplicationObject, applicationRow } from '../src/application-row.ts'

const RECORDED = fileURLToPath(new URL('../../../conformance/argocd/recorded/', import.meta.url))

interface Recorded {
  readonly events: readonly { readonly status?: ApplicationObject['status'] }[]
}

// Every state that a real Argo CD was in while it was recorded.
const states = readdirSync(RECORDED)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => (JSON.parse(readFileSync(RECORDED + file, 'utf8')) as Recorded).events)
  .flatMap(({ status }) => (status === undefined ? [] : [status]))

function rowOf(status: ApplicationObject['status']) {
  return applicationRow('shop', {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {},
    ...(status === undefined ? {} : { status }),
  })
}

describe('the row of an Application', () => {
  test('says nothing of one that is as it should be', () => {
    const fine = states.filter(
      ({ operationState, conditions }) => operationState?.phase === 'Succeeded' && conditions === undefined,
    )
    expect(fine.length).toBeGreaterThan(20)
    for (const status of fine) expect(rowOf(status).message).toBeUndefined()
  })

  test('says why a sync failed, also while it is tried again', () => {
    const failing = states.filter(
      ({ operationState }) => operationState?.message?.includes('Retrying attempt') === true,
    )
    expect(failing.length).toBeGreaterThan(2)
    for (const status of failing) expect(rowOf(status).message).toContain('Retrying attempt')
  })

  test('names the hook that failed and what it said', () => {
    const message = 'Job has reached the specified backoff limit'
    const hook = { kind: 'Job', name: 'migrate', status: 'Synced', hookType: 'PreSync', hookPhase: 'Failed', message }
    const operationState = { phase: 'Running', message: 'one task failed', syncResult: { resources: [hook] } }
    expect(rowOf({ operationState }).message).toBe(`one task failed; PreSync hook Job/migrate: ${message}`)
  })

  test('says what stands in the way before what is only to be known', () => {
    const warning = { type: 'NotObeyedWarning', message: 'not obeyed' }
    const conditions = [warning, { type: 'SyncError', message: 'wiped out' }]
    expect(rowOf({ conditions }).message).toBe('wiped out')
    expect(rowOf({ conditions: [warning] }).message).toBe('not obeyed')
    const blocked = { phase: 'Running', message: 'Sync operation blocked by sync window' }
    expect(rowOf({ conditions: [warning], operationState: blocked }).message).toBe(blocked.message)
    const failed = { phase: 'Failed', message: 'one task failed' }
    expect(rowOf({ conditions: [warning], operationState: failed }).message).toBe(failed.message)
  })

  test('knows of an Application that is not there', () => {
    expect(applicationRow('shop', undefined)).toEqual({
      name: 'shop',
      sync: 'Unknown',
      health: 'Missing',
      revision: '',
    })
  })
})
