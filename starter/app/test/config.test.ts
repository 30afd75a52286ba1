import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from '../src/config.ts'

test('an empty environment gives the documented defaults', () => {
  const config = readConfig({}, 'laptop')
  assert.deepEqual(
    {
      port: config.port,
      managementPort: config.managementPort,
      environment: config.environment,
      pod: config.pod,
      tree: config.tree,
    },
    { port: 8080, managementPort: 9090, environment: 'local', pod: 'laptop', tree: 'dev' },
  )
  assert.equal(config.workEndpoint, false)
  assert.equal(config.dependencyUrl, undefined)
})

test('seconds become milliseconds', () => {
  const config = readConfig({ DRAIN_SECONDS: '5', SHUTDOWN_SECONDS: '20' }, 'pod')
  assert.deepEqual([config.drainMs, config.shutdownMs], [5000, 20_000])
})

const WRONG: readonly [string, string][] = [
  ['PORT', 'tcp://10.96.0.1:80'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['MANAGEMENT_PORT', '8080'],
  ['ENVIRONMENT', 'No Spaces'],
  ['COLOUR', 'red'],
  ['LOG_LEVEL', 'loud'],
  ['WORK_ENDPOINT', 'yes'],
  ['DRAIN_SECONDS', '1.5'],
  ['SHUTDOWN_SECONDS', '0'],
  ['EVENT_LOOP_LIMIT_MS', '10'],
  ['DEPENDENCY_URL', 'ftp://host'],
  ['DEPENDENCY_URL', 'not a url'],
  ['IMAGE_COMMIT', 'main'],
  ['IMAGE_DIGEST', 'sha256:short'],
]

for (const [variable, value] of WRONG) {
  test(`${variable}=${value} is refused by name`, () => {
    assert.throws(
      () => readConfig({ [variable]: value }, 'pod'),
      (error) =>
        error instanceof ConfigError && error.variable === variable && error.message.startsWith(`${variable}: `),
    )
  })
}

test('a refused URL is not repeated: it may hold a password', () => {
  assert.throws(
    () => readConfig({ DEPENDENCY_URL: 'ftp://user:hunter2@host' }, 'pod'),
    (error) => error instanceof ConfigError && !error.message.includes('hunter2'),
  )
})
