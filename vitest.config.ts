import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'testkit/test/**/*.test.ts',
      'starter/tests/**/*.test.ts',
      'tools/test/**/*.test.ts',
      'conformance/*/test/**/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // On two processors, too: most of the time of the long tests is waiting for probes and timers.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
