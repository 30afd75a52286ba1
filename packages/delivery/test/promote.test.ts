import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  backport,
  preparePromotion,
  preparePullRequest,
  promote,
  promoteHotfix,
  rollback,
  type PromoteRequest,
  type RunningState,
} from '@slipway/delivery'
import { temporaryDirectory } from '@slipway/testkit'
import { makeShop, type Shop } from './shop.ts'

const STAGING = { environment: 'staging', branch: 'stg' }
const PRODUCTION = { environment: 'production', branch: 'master' }

/** A promotion while staging is Synced and Healthy at stg, unless a test says otherwise. */
function request(shop: Shop, state: Partial<RunningState> = {}): PromoteRequest {
  const ready = { commit: shop.git('rev-parse', 'stg'), sync: 'Synced', health: 'Healthy' }
  return { repository: shop.repository, from: STAGING, to: PRODUCTION, state: { ...ready, ...state }, now: shop.now() }
}

const backportRequest = (shop: Shop) => ({
  repository: shop.repository,
  from: PRODUCTION,
  to: STAGING,
  now: shop.now(),
})
const rollbackRequest = (shop: Shop, to?: string) => ({
  repository: shop.repository,
  at: PRODUCTION,
  now: shop.now(),
  ...(to === undefined ? {} : { to }),
})

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = (await work.then(
    () => new Error('not refused'),
    (thrown: unknown) => thrown,
  )) as Error & { code?: string }
  return `${error.code}: ${error.message}`
}

/** What production deploys, after a release of its branch. */
async function deployed(shop: Shop): Promise<string | undefined> {
  return (await shop.release('production', 'master')).images[0]?.digest
}

const code = (text: string) => ({ 'app/main.js': `console.log('${text}')\n` })

/** A GitHub digest, as CI commits it to stg. */
const ciDigest = (digit: string) => ({
  'deploy/environments/staging/image.yaml': `image:\n  digest: "sha256:${digit.repeat(64)}"\n  commit: "${digit.repeat(40)}"\n`,
})

/** What GitHub's squash merge leaves on master: one commit with the tree, one parent, and a message of its own. */
function squashOnto(shop: Shop, commit: string, message: string): string {
  const squash = shop.git('commit-tree', `${commit}^{tree}`, '-p', 'master', '-m', message)
  shop.git('update-ref', 'refs/heads/master', squash)
  return squash
}

describe('promotion', () => {
  test("gives production staging's tree, with staging's image in production's files", async () => {
    const shop = await makeShop()
    const head = await shop.commit('stg', 'Two', { ...code('two'), ...ciDigest('2'), 'new.txt': 'new\n' })
    const before = shop.git('rev-parse', 'master')
    const promoted = await promote(request(shop))
    expect(shop.git('rev-parse', 'master')).toBe(promoted.commit)
    expect(shop.git('log', '-1', '--format=%s|%P|%(trailers:separator=%x2C)', 'master')).toBe(
      `Promote stg to production|${before} ${head}|Promoted-Tree: ${promoted.tree},Promoted-From: ${head}`,
    )
    expect(shop.git('diff', '--name-only', 'stg', 'master')).toBe('deploy/environments/production/image.yaml')
    expect(shop.git('rev-parse', 'master:deploy/environments/production/image.yaml')).toBe(
      shop.git('rev-parse', 'stg:deploy/environments/staging/image.yaml'),
    )
  })

  test('production then deploys the very bytes of staging, and nothing is built', async () => {
    const shop = await makeShop()
    await shop.commit('stg', 'Two', { 'app/Dockerfile': 'FROM node:24\nRUN node -e "0"\nCOPY main.js /app/\n' })
    const staging = await shop.release('staging', 'stg')
    await promote(request(shop))
    const lines = shop.lines.length
    expect(await deployed(shop)).toBe(staging.images[0]?.digest)
    expect([lines > 0, shop.lines.length]).toEqual([true, lines])
  })

  test('a revert on staging reaches production, where a merge would lose it', async () => {
    const shop = await makeShop()
    const start = shop.git('rev-parse', 'master^{tree}')
    await shop.commit('stg', 'Bad', code('bad'))
    await promote(request(shop))
    shop.git('revert', '--no-edit', 'HEAD')
    const promoted = await promote(request(shop))
    expect(promoted.tree).toBe(start)
  })

  test('is refused unless staging is Synced and Healthy at exactly the commit', async () => {
    const shop = await makeShop()
    const old = shop.git('rev-parse', 'stg')
    const head = await shop.commit('stg', 'Two', code('two'))
    const before = shop.git('rev-parse', 'master')
    const about = async (state: Partial<RunningState>) => await refusal(promote(request(shop, state)))
    expect(await about({ health: 'Progressing' })).toBe(
      'DELIVERY_NOT_READY: staging is Synced and Progressing, not Synced and Healthy',
    )
    expect(await about({ sync: 'OutOfSync' })).toBe(
      'DELIVERY_NOT_READY: staging is OutOfSync and Healthy, not Synced and Healthy',
    )
    expect(await about({ commit: old })).toBe(
      `DELIVERY_NOT_READY: staging runs ${old.slice(0, 7)}, and stg is at ${head.slice(0, 7)}`,
    )
    expect(shop.git('rev-parse', 'master')).toBe(before)
    await promote(request(shop))
    expect(await about({})).toBe('DELIVERY_NOTHING_TO_DO: production has what staging runs already')
  })

  test('the same request at the same time is the same commit; --pr puts it on a branch and moves nothing else', async () => {
    const shop = await makeShop()
    await shop.commit('stg', "It's two", code('two'))
    const asked = request(shop)
    const [one, two] = [await preparePromotion(asked), await preparePromotion(asked)]
    expect(one).toEqual(two)
    const before = shop.git('rev-parse', 'master')
    const prepared = await preparePullRequest(shop.repository, one)
    expect([shop.git('rev-parse', prepared.branch), shop.git('rev-parse', 'master')]).toEqual([one.commit, before])
    expect(prepared.commands[0]).toBe(`git push origin promote/${one.commit.slice(0, 12)}`)
    expect(prepared.commands[1]).toMatch(
      /^gh pr create --base master --head promote\/\w+ --title 'Promote stg to production' --body 'Promoted-Tree: /,
    )
  })
})

describe('the work tree', () => {
  test('goes forward with the branch where it is checked out, and only when it is clean', async () => {
    const shop = await makeShop()
    await shop.commit('stg', 'Two', code('two'))
    const other = join(await temporaryDirectory(), 'production')
    shop.git('worktree', 'add', '--quiet', other, 'master')
    await writeFile(join(other, 'app/main.js'), 'mine')
    expect(await refusal(promote(request(shop)))).toBe(
      `DELIVERY_DIRTY: master is checked out in ${other} with uncommitted changes`,
    )
    expect(await readFile(join(other, 'app/main.js'), 'utf8')).toBe('mine')
    shop.git('-C', other, 'checkout', '--quiet', '--', '.')
    const promoted = await promote(request(shop))
    expect(shop.git('-C', other, 'rev-parse', 'HEAD')).toBe(promoted.commit)
    expect(shop.git('-C', other, 'status', '--porcelain')).toBe('')
    expect(await readFile(join(other, 'app/main.js'), 'utf8')).toBe("console.log('two')\n")
  })

  test("of another branch stays as it is, uncommitted changes and the user's hooks included", async () => {
    const shop = await makeShop()
    await shop.commit('stg', 'Two', code('two'))
    await writeFile(
      join(shop.directory, '.git/hooks/reference-transaction'),
      `#!/bin/sh\ntouch ${shop.directory}/hooked\n`,
      { mode: 0o755 },
    )
    await writeFile(join(shop.directory, 'app/main.js'), 'mine')
    await promote(request(shop))
    expect(shop.git('status', '--porcelain')).toBe('M app/main.js')
    expect(shop.git('symbolic-ref', '--short', 'HEAD')).toBe('stg')
  })

  test('a file in the way is named', async () => {
    const shop = await makeShop()
    await shop.commit('stg', 'Two', { 'new.txt': 'theirs' })
    shop.git('checkout', '--quiet', 'master')
    await writeFile(join(shop.directory, 'new.txt'), 'mine')
    expect(await refusal(promote(request(shop)))).toMatch(/^DELIVERY_DIRTY: master cannot be moved forward in /)
    expect(await readFile(join(shop.directory, 'new.txt'), 'utf8')).toBe('mine')
  })
})

describe('hotfixes', () => {
  test('one on master is not lost: promotion waits for its backport', async () => {
    const shop = await makeShop()
    await shop.commit('stg', 'Two', code('two'))
    const fix = await shop.commit('master', 'Fix the limit', { 'deploy/chart/values.yaml': 'limit: 1\n' })
    const refused = `DELIVERY_LOST_HOTFIX: stg lacks what master has, and would undo it: ${fix.slice(0, 7)} Fix the limit`
    expect(await refusal(promote(request(shop)))).toBe(refused)
    const ported = await backport(backportRequest(shop))
    expect(ported.picked).toEqual([{ of: fix, commit: shop.git('rev-parse', 'stg'), subject: 'Fix the limit' }])
    expect(shop.git('log', '-1', '--format=%an|%B', 'stg')).toBe(
      `Dev|Fix the limit\n\n(cherry picked from commit ${fix})`,
    )
    await promote(request(shop))
    expect(shop.git('show', 'master:deploy/chart/values.yaml')).toBe('limit: 1')
    expect(shop.git('show', 'master:app/main.js')).toBe("console.log('two')")
    expect(await refusal(backport(backportRequest(shop)))).toBe(
      'DELIVERY_NOTHING_TO_DO: stg has all hotfixes of master already',
    )
  })

  test('one that somebody cherry-picked by hand, or solved by hand, is there', async () => {
    const shop = await makeShop()
    const fix = await shop.commit('master', 'Fix', { 'a.txt': 'fix\n' })
    shop.git('checkout', '--quiet', 'stg')
    shop.git('cherry-pick', fix)
    await shop.commit('stg', 'Two', { 'b.txt': 'two\n' })
    await promote(request(shop))
    const other = await shop.commit('master', 'Other fix', code('fixed'))
    await shop.commit('stg', 'Three', code('three'))
    expect(await refusal(backport(backportRequest(shop)))).toBe(
      `DELIVERY_CONFLICT: ${other.slice(0, 7)} Other fix conflicts with stg in app/main.js`,
    )
    expect(shop.git('log', '-1', '--format=%s', 'stg')).toBe('Three')
    await shop.commit('stg', `Other fix, by hand\n\n(cherry picked from commit ${other})`, code('three fixed'))
    await promote(request(shop))
    expect(shop.git('show', 'master:app/main.js')).toBe("console.log('three fixed')")
  })

  test('one that came with its digest, squashed by GitHub: the backport leaves the digest behind', async () => {
    const shop = await makeShop()
    await shop.commit('stg', 'Two', { ...code('two'), ...ciDigest('2') })
    await promote(request(shop))
    const digest = { 'deploy/environments/production/image.yaml': 'image:\n  digest: "sha256:9"\n  commit: "9"\n' }
    const fix = await shop.commit('master', 'Fix (#9)\n\nHotfix-Of: hotfix/x', { ...digest, 'hot.txt': 'fix\n' })
    expect(await refusal(promote(request(shop)))).toContain(`undo it: ${fix.slice(0, 7)} Fix (#9)`)
    await backport(backportRequest(shop))
    expect(shop.git('show', '--format=', '--name-only', 'stg')).toBe('hot.txt')
    await promote(request(shop))
    expect(shop.git('show', 'master:deploy/environments/production/image.yaml')).toContain('2'.repeat(64))
  })

  test('one that somebody cherry-picked without its digest is there, and a commit of the pipeline alone is none', async () => {
    const shop = await makeShop()
    const digest = { 'deploy/environments/production/image.yaml': 'image:\n  digest: "sha256:9"\n  commit: "9"\n' }
    await shop.commit('master', 'Fix', { ...digest, 'hot.txt': 'fix\n' })
    await shop.commit('master', 'Digest', {
      'deploy/environments/production/image.yaml': 'image:\n  digest: ""\n  commit: ""\n',
    })
    await shop.commit('stg', 'Fix on staging', { 'hot.txt': 'fix\n' })
    await shop.commit('stg', 'Two', code('two'))
    await promote(request(shop))
    expect(shop.git('show', 'master:hot.txt')).toBe('fix')
  })

  test('a merged pull request counts by its commits', async () => {
    const shop = await makeShop()
    await shop.commit('stg', 'Two', code('two'))
    shop.git('checkout', '--quiet', '-b', 'fix', 'master')
    const fix = await shop.commit('fix', 'The fix', { 'a.txt': 'fix\n' })
    shop.git('checkout', '--quiet', 'master')
    shop.git('merge', '--quiet', '--no-ff', '--no-edit', 'fix')
    expect(await refusal(promote(request(shop)))).toContain(`undo it: ${fix.slice(0, 7)} The fix`)
    await backport(backportRequest(shop))
    await promote(request(shop))
    expect(shop.git('show', 'master:a.txt')).toBe('fix')
  })

  test('promote --from hotfix/x: built first, then one commit that counts until it is backported', async () => {
    const shop = await makeShop()
    await shop.commit('stg', 'Two', { 'b.txt': 'two\n' })
    shop.git('checkout', '--quiet', '-b', 'hotfix/x', 'master')
    const fix = await shop.commit('hotfix/x', 'Fix x', code('fixed'))
    const built: string[] = []
    const build = (commit: string) => Promise.resolve(built.push(commit))
    const asked = { repository: shop.repository, from: 'hotfix/x', to: PRODUCTION, now: shop.now(), build }
    const failing = { ...asked, build: () => Promise.reject(new Error('does not build')) }
    const before = shop.git('rev-parse', 'master')
    await expect(promoteHotfix(failing)).rejects.toThrow('does not build')
    expect(shop.git('rev-parse', 'master')).toBe(before)
    const promoted = await promoteHotfix(asked)
    expect([built, promoted.tree]).toEqual([[fix], shop.git('rev-parse', 'hotfix/x^{tree}')])
    expect(shop.git('log', '-1', '--format=%P|%(trailers:separator=%x2C)', 'master')).toBe(
      `${before} ${fix}|Hotfix-Of: hotfix/x,Promoted-From: ${fix}`,
    )
    expect(await refusal(promote(request(shop)))).toContain(`undo it: ${fix.slice(0, 7)} Fix x`)
    await backport(backportRequest(shop))
    await promote(request(shop))
    expect(shop.git('show', 'master:app/main.js')).toBe("console.log('fixed')")
    expect(await refusal(promoteHotfix(asked))).toBe('DELIVERY_HOTFIX_BASE: hotfix/x has no commit that master lacks')
    await shop.commit('hotfix/x', 'More', code('more'))
    expect(await refusal(promoteHotfix(asked))).toBe(
      'DELIVERY_HOTFIX_BASE: hotfix/x does not start at the latest commit of master',
    )
  })
})

describe('rollback', () => {
  test('is one commit with an earlier tree; nothing is built; the next promotion is not held up', async () => {
    const shop = await makeShop()
    const digests: (string | undefined)[] = []
    for (const text of ['one', 'two', 'three']) {
      await shop.commit('stg', text, code(text))
      await shop.release('staging', 'stg')
      await promote(request(shop))
      digests.push(await deployed(shop))
    }
    const two = shop.git('rev-parse', 'master^')
    const head = shop.git('rev-parse', 'master')
    const rolled = await rollback(rollbackRequest(shop))
    expect(rolled).toMatchObject({ to: two, tree: shop.git('rev-parse', `${two}^{tree}`), previous: head })
    expect(shop.git('log', '-1', '--format=%P|%(trailers:separator=%x2C)', 'master')).toBe(
      `${head}|Promoted-Tree: ${rolled.tree},Rollback-To: ${two}`,
    )
    expect(await deployed(shop)).toBe(digests[1])
    await rollback(rollbackRequest(shop))
    expect(await deployed(shop)).toBe(digests[0])
    await rollback(rollbackRequest(shop, two.slice(0, 8)))
    expect(await deployed(shop)).toBe(digests[1])
    expect(shop.lines).toEqual([])
    await shop.commit('stg', 'four', code('four'))
    await promote(request(shop))
    expect(shop.git('show', 'master:app/main.js')).toBe("console.log('four')")
  })

  test('what it cannot go back to', async () => {
    const shop = await makeShop()
    expect(await refusal(rollback(rollbackRequest(shop)))).toBe(
      'DELIVERY_UNKNOWN_RELEASE: master has no earlier commit with another tree',
    )
    const head = await shop.commit('stg', 'Two', code('two'))
    await promote(request(shop))
    expect(await refusal(rollback(rollbackRequest(shop, head)))).toBe(
      `DELIVERY_UNKNOWN_RELEASE: ${head} is no earlier commit of master's own line`,
    )
    expect(await refusal(rollback(rollbackRequest(shop, shop.git('rev-parse', 'master'))))).toMatch(
      /^DELIVERY_NOTHING_TO_DO/,
    )
  })
})

describe('every order', () => {
  test('promote, refuse, backport, promote, roll back, fix, promote, with a squashed promotion in between', async () => {
    const shop = await makeShop()
    const production = () => shop.git('show', 'master:app/main.js')
    await shop.commit('stg', 'one', { ...code('one'), ...ciDigest('1') })
    await promote(request(shop))
    await shop.commit('stg', 'two', { ...code('two'), ...ciDigest('2') })
    const pullRequest = await preparePromotion(request(shop))
    squashOnto(shop, pullRequest.commit, 'Release two (#7)\n\nCo-authored-by: A <a@example.org>')
    expect(production()).toBe("console.log('two')")
    const fix = await shop.commit('master', 'hotfix', { 'hot.txt': 'fix\n' })
    await shop.commit('stg', 'three', { ...code('three'), ...ciDigest('3') })
    expect(await refusal(promote(request(shop)))).toMatch(new RegExp(`undo it: ${fix.slice(0, 7)} hotfix$`))
    await backport(backportRequest(shop))
    await promote(request(shop))
    expect([production(), shop.git('show', 'master:hot.txt')]).toEqual(["console.log('three')", 'fix'])
    await rollback(rollbackRequest(shop))
    expect([production(), shop.git('show', 'master:hot.txt')]).toEqual(["console.log('two')", 'fix'])
    await shop.commit('stg', 'four', { ...code('four'), ...ciDigest('4') })
    const second = await preparePromotion(request(shop))
    squashOnto(shop, second.commit, 'Release four (#8)')
    await shop.commit('stg', 'five', { ...code('five'), ...ciDigest('5') })
    await promote(request(shop))
    expect([production(), shop.git('show', 'master:hot.txt')]).toEqual(["console.log('five')", 'fix'])
    expect(shop.git('show', 'master:deploy/environments/production/image.yaml')).toContain('5'.repeat(64))
  })

  test('a squash that somebody changed on the way is a hotfix', async () => {
    const shop = await makeShop()
    await shop.commit('stg', 'one', code('one'))
    const prepared = await preparePromotion(request(shop))
    squashOnto(shop, prepared.commit, 'Release one (#1)')
    shop.git('checkout', '--quiet', 'master')
    await writeFile(join(shop.directory, 'extra.txt'), 'extra')
    shop.git('add', '-A')
    shop.git('commit', '--quiet', '--amend', '--no-edit')
    await shop.commit('stg', 'two', { 'b.txt': 'two\n' })
    expect(await refusal(promote(request(shop)))).toContain('Release one (#1)')
  })
})
