import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  backport,
  DeliveryError,
  preparePromotion,
  promote,
  promoteHotfix,
  rollback,
  type PromoteRequest,
} from '@slipway/delivery'
import { makeShop, type Shop } from './shop.ts'

const STAGING = { environment: 'staging', branch: 'stg' }
const PRODUCTION = { environment: 'production', branch: 'master' }
const STEPS = 20

/** A random walk over everything that people do to the two branches; the same for the same seed. */
class Walk {
  readonly #shop: Shop
  readonly #below: (limit: number) => number
  readonly trace: string[] = []
  /** Files that hotfixes made on production: none may be lost by a promotion. */
  readonly #hotfixes: string[] = []
  #count = 0

  constructor(shop: Shop, below: (limit: number) => number) {
    this.#shop = shop
    this.#below = below
  }

  async step(): Promise<void> {
    const steps = [
      this.#work,
      this.#work,
      this.#hotfix,
      this.#hotfixBranch,
      this.#revert,
      this.#promote,
      this.#promote,
      this.#squash,
      this.#rollback,
      this.#backport,
    ]
    await steps[this.#below(steps.length)]?.call(this)
  }

  async #work(): Promise<void> {
    const number = ++this.#count
    const digest = String(number % 10)
    this.trace.push(`work ${number}`)
    await this.#shop.commit('stg', `Work ${number}`, {
      [`work-${number}.txt`]: `${number}\n`,
      'deploy/environments/staging/image.yaml': `image:\n  digest: "sha256:${digest.repeat(64)}"\n  commit: "${number}"\n`,
    })
  }

  async #hotfix(): Promise<void> {
    const file = `hot-${++this.#count}.txt`
    this.trace.push(`hotfix ${file}`)
    this.#hotfixes.push(file)
    await this.#shop.commit('master', `Fix ${file}`, { [file]: 'fix\n' })
  }

  async #hotfixBranch(): Promise<void> {
    const file = `hot-${++this.#count}.txt`
    this.trace.push(`hotfix branch ${file}`)
    this.#hotfixes.push(file)
    this.#shop.git('checkout', '--quiet', '-B', 'hotfix/x', 'master')
    await this.#shop.commit('hotfix/x', `Fix ${file}`, { [file]: 'fix\n' })
    const { repository } = this.#shop
    await promoteHotfix({
      repository,
      from: 'hotfix/x',
      to: PRODUCTION,
      now: this.#shop.now(),
      build: () => Promise.resolve(),
    })
  }

  async #revert(): Promise<void> {
    const found = this.#shop.git('log', '-n1', '--format=%H', '--grep=^Work', 'stg')
    if (found === '') return
    this.trace.push(`revert ${found.slice(0, 7)}`)
    this.#shop.git('checkout', '--quiet', 'stg')
    try {
      this.#shop.git('revert', '--no-edit', found)
    } catch {
      this.#shop.git('reset', '--quiet', '--hard')
    }
    await Promise.resolve()
  }

  async #promote(): Promise<void> {
    if (await this.#refusedOr('promote', () => promote(this.#request()))) return
    this.#checkProduction()
  }

  /** As a pull request that GitHub squashes, with or without the trailers in its message. */
  async #squash(): Promise<void> {
    const trailers = this.#below(2) === 0
    await this.#refusedOr('squash', async () => {
      const { commit } = await preparePromotion(this.#request())
      const message = trailers
        ? this.#shop.git('log', '-1', '--format=%B', commit)
        : 'Release (#1)\n\nCo-authored-by: A <a@example.org>'
      const squash = this.#shop.git('commit-tree', `${commit}^{tree}`, '-p', 'master', '-m', message)
      this.#shop.git('checkout', '--quiet', 'stg')
      this.#shop.git('update-ref', 'refs/heads/master', squash)
      this.#checkProduction()
    })
  }

  async #rollback(): Promise<void> {
    await this.#refusedOr('rollback', () =>
      rollback({ repository: this.#shop.repository, at: PRODUCTION, now: this.#shop.now() }),
    )
  }

  async #backport(): Promise<void> {
    const { repository } = this.#shop
    await this.#refusedOr('backport', () =>
      backport({ repository, from: PRODUCTION, to: STAGING, now: this.#shop.now() }),
    )
  }

  /** True for a refusal that is no dead end: lost hotfixes can be backported, and then nothing stands in the way. */
  async #refusedOr(name: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      this.trace.push(name)
      return false
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
      this.trace.push(`${name}: ${error.code}`)
      expect(['DELIVERY_LOST_HOTFIX', 'DELIVERY_NOTHING_TO_DO', 'DELIVERY_UNKNOWN_RELEASE']).toContain(error.code)
      if (error.code === 'DELIVERY_LOST_HOTFIX') await this.#wayOut()
      return true
    }
  }

  async #wayOut(): Promise<void> {
    const { repository } = this.#shop
    await backport({ repository, from: PRODUCTION, to: STAGING, now: this.#shop.now() })
    this.trace.push('backport')
    const refused = await preparePromotion(this.#request()).then(
      () => undefined,
      (error: unknown) => (error as DeliveryError).code,
    )
    expect([undefined, 'DELIVERY_NOTHING_TO_DO']).toContain(refused)
  }

  #request(): PromoteRequest {
    const state = { commit: this.#shop.git('rev-parse', 'stg'), sync: 'Synced', health: 'Healthy' }
    return { repository: this.#shop.repository, from: STAGING, to: PRODUCTION, state, now: this.#shop.now() }
  }

  /** Production is staging but for its own image file, which is staging's, and no hotfix is lost. */
  #checkProduction(): void {
    const image = 'deploy/environments/production/image.yaml'
    const differences = this.#shop.git('diff', '--name-only', 'stg', 'master')
    expect(['', image]).toContain(differences)
    expect(this.#shop.git('rev-parse', `master:${image}`)).toBe(
      this.#shop.git('rev-parse', 'stg:deploy/environments/staging/image.yaml'),
    )
    const files = new Set(this.#shop.git('ls-tree', '--name-only', 'master').split('\n'))
    expect(this.#hotfixes.filter((file) => !files.has(file))).toEqual([])
  }
}

test.each([1, 14])(
  'a random walk of promotions, hotfixes, reverts, squashes and rollbacks loses nothing (seed %i)',
  async (first) => {
    let seed = first * 7919
    const below = (limit: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
      return (seed >> 8) % limit
    }
    const shop = await makeShop()
    const walk = new Walk(shop, below)
    for (let step = 0; step < STEPS; step++) {
      await walk.step().catch((error: unknown) => {
        throw new Error(`after ${walk.trace.join(', ')}`, { cause: error })
      })
    }
    expect(walk.trace.filter((line) => line === 'promote' || line === 'squash').length).toBeGreaterThan(0)
    expect(existsSync(join(shop.directory, '.git/index.lock'))).toBe(false)
  },
  120_000,
)
