import { describe, expect, test } from 'vitest'
import { releasedTree } from '@slipway/delivery'
import { textInTree } from '@slipway/diag'
import { makeShop, SHOP_FILES } from './shop.ts'

const IMAGE_FILE = 'deploy/environments/staging/image.yaml'

describe('the tree that an environment would render', () => {
  test('of a repository where nothing was built yet has a digest of zeros, and says so', async () => {
    const { repository, git } = await makeShop()
    const { tree, images, note } = await releasedTree(repository, {
      environment: 'staging',
      commit: git('rev-parse', 'stg'),
    })
    expect(textInTree(tree, IMAGE_FILE)).toContain(`digest: "sha256:${'0'.repeat(64)}"`)
    expect([images, note]).toEqual([[], expect.stringContaining('no image was built yet')])
  })

  test('of a deployment is its own', async () => {
    const shop = await makeShop()
    const { revision, images } = await shop.release('staging', 'stg')
    const found = await releasedTree(shop.repository, { environment: 'staging', commit: revision })
    expect(textInTree(found.tree, IMAGE_FILE)).toContain(images[0]?.digest)
    expect(found).toMatchObject({ images: [`${images[0]?.name}@${images[0]?.digest}`] })
    expect(found.note).toBeUndefined()
  })

  test('of another commit with the same app has its image, in whatever environment it was built', async () => {
    const shop = await makeShop()
    const { images, commit: built } = await shop.release('staging', 'stg')
    const commit = await shop.commit('stg', 'More', { 'deploy/environments/production/values.yaml': 'replicas: 4\n' })
    const { tree, note } = await releasedTree(shop.repository, { environment: 'production', commit })
    expect(textInTree(tree, 'deploy/environments/production/image.yaml')).toBe(
      `# Written by the pipeline.\nimage:\n  digest: "${images[0]?.digest}"\n  commit: "${built}"\n`,
    )
    expect(textInTree(tree, 'deploy/environments/production/values.yaml')).toBe('replicas: 4\n')
    expect(note).toBeUndefined()
  })

  test('of a commit with another app has the image that runs now, and says so', async () => {
    const shop = await makeShop()
    const { images } = await shop.release('staging', 'stg')
    const commit = await shop.commit('stg', 'Other code', { 'app/main.js': 'console.log(2)\n' })
    const { tree, note } = await releasedTree(shop.repository, { environment: 'staging', commit })
    expect(textInTree(tree, IMAGE_FILE)).toContain(images[0]?.digest)
    expect(note).toBe(
      `the image of ${commit.slice(0, 7)} was not built yet: this is rendered with what staging runs now`,
    )
  })

  test('of a commit that names a digest itself keeps it', async () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const files = { ...SHOP_FILES, [IMAGE_FILE]: `image:\n  digest: "${digest}"\n  commit: "${'b'.repeat(40)}"\n` }
    const { repository, git } = await makeShop(files)
    const found = await releasedTree(repository, { environment: 'staging', commit: git('rev-parse', 'stg') })
    expect(textInTree(found.tree, IMAGE_FILE)).toBe(files[IMAGE_FILE])
    expect(found.note).toBeUndefined()
  })
})
