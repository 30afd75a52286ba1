import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHealth, type HealthOptions } from '../src/health.ts'

function healthWith(changes: Partial<HealthOptions> = {}) {
  return createHealth({
    eventLoopLimitMs: 1000,
    longestDelayMs: () => 0,
    dependency: undefined,
    dependencyTtlMs: 5000,
    now: () => 0,
    ...changes,
  })
}

test('startup and readiness wait for the start', async () => {
  const health = healthWith()
  assert.equal(health.startup().ok, false)
  assert.deepEqual(await health.ready(), { ok: false, reason: 'starting' })
  health.started()
  assert.equal(health.startup().ok, true)
  assert.deepEqual(await health.ready(), { ok: true, reason: 'ready' })
})

test('a draining service is alive and not ready', async () => {
  const health = healthWith()
  health.started()
  health.drain()
  assert.deepEqual(await health.ready(), { ok: false, reason: 'draining' })
  assert.equal(health.live().ok, true)
})

test('liveness bounds the delay of the event loop', () => {
  let delay = 1000
  const health = healthWith({ longestDelayMs: () => delay })
  assert.equal(health.live().ok, true)
  delay = 1001
  assert.deepEqual(health.live(), { ok: false, reason: 'event loop was blocked for 1001 ms' })
})

test('the dependency is asked once a time to live, and its failure is not ready', async () => {
  let asked = 0
  let now = 0
  let up = true
  const dependency = async () => {
    asked += 1
    if (!up) throw new Error('refused')
    return true
  }
  const health = healthWith({ dependency, now: () => now })
  health.started()
  await Promise.all([health.ready(), health.ready(), health.ready()])
  assert.equal(asked, 1)
  up = false
  assert.equal((await health.ready()).ok, true)
  now = 5000
  assert.deepEqual(await health.ready(), { ok: false, reason: 'dependency does not answer' })
  assert.equal(asked, 2)
})
