import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readHistory } from '@slipway/delivery'
import { makeShop, SHOP_FILES } from './shop.ts'

describe('release', () => {
  test('builds the image and writes one deployment commit with the digest', async () => {
    const shop = await makeShop()
    const head = shop.git('rev-parse', 'stg')
    const released = await shop.release('staging', 'stg')
    const [image] = released.images
    expect(image).toMatchObject({ name: 'ghcr.io/acme/shop', tree: shop.git('rev-parse', 'stg:app') })
    expect(image?.image.config.env).toEqual([`TREE=tree-${image?.tree}`])
    expect(await readFile(join(image?.image.rootfs ?? '', 'app/main.js'), 'utf8')).toBe('console.log(1)\n')
    const ref = 'refs/slipway/environments/staging'
    expect(shop.git('rev-parse', ref)).toBe(released.revision)
    expect(shop.git('rev-parse', `${ref}^@`)).toBe(head)
    expect(shop.git('log', '-1', '--format=%(trailers)', ref)).toBe(
      `Source-Commit: ${head}\nImage: ghcr.io/acme/shop@${image?.digest}`,
    )
    expect(shop.git('show', `${ref}:deploy/environments/staging/image.yaml`)).toBe(
      `# Written by the pipeline.\nimage:\n  digest: "${image?.digest}"\n  commit: "${head}"`,
    )
    expect(shop.git('diff', '--stat', 'stg', ref)).toMatch(
      /image\.yaml .*\n.*image\/commit\.yaml .*\n.*image\/kustomization\.yaml .*\n 3 files/,
    )
    expect(shop.git('show', `${ref}:deploy/kustomize/overlays/staging/image/kustomization.yaml`)).toContain(
      `digest: "${image?.digest}"`,
    )
  })

  test('leaves branches, index and work tree alone, with uncommitted changes in them', async () => {
    const shop = await makeShop()
    await writeFile(join(shop.directory, 'app/main.js'), 'changed')
    await writeFile(join(shop.directory, 'new'), 'new')
    shop.git('add', 'new')
    const before = [
      shop.git('status', '--porcelain'),
      shop.git('for-each-ref', 'refs/heads'),
      shop.git('symbolic-ref', 'HEAD'),
    ]
    const index = await stat(join(shop.directory, '.git/index'))
    const released = await shop.release('staging', 'stg')
    expect((await stat(join(shop.directory, '.git/index'))).ino).toBe(index.ino)
    expect([
      shop.git('status', '--porcelain'),
      shop.git('for-each-ref', 'refs/heads'),
      shop.git('symbolic-ref', 'HEAD'),
    ]).toEqual(before)
    expect(await readFile(join(released.images[0]?.image.rootfs ?? '', 'app/main.js'), 'utf8')).toBe('console.log(1)\n')
  })

  test('the same commit again changes nothing; another value deploys the same image under the commit that was built', async () => {
    const shop = await makeShop()
    const first = await shop.release('staging', 'stg')
    const again = await shop.release('staging', 'stg')
    expect([again.revision, again.changed]).toEqual([first.revision, false])
    const built = shop.git('rev-parse', 'stg')
    const next = await shop.commit('stg', 'More replicas', {
      'deploy/environments/staging/values.yaml': 'replicas: 2\n',
    })
    const second = await shop.release('staging', 'stg')
    expect(second.images[0]?.digest).toBe(first.images[0]?.digest)
    expect(shop.git('rev-parse', `${second.revision}^1`, `${second.revision}^2`)).toBe(`${first.revision}\n${next}`)
    expect(shop.git('show', `${second.revision}:deploy/environments/staging/image.yaml`)).toContain(
      `commit: "${built}"`,
    )
    await shop.commit('stg', 'Other code', { 'app/main.js': 'console.log(2)\n' })
    const third = await shop.release('staging', 'stg')
    expect(third.images[0]?.digest).not.toBe(first.images[0]?.digest)
    expect(await readHistory(shop.repository, 'staging')).toMatchObject(
      [third, second, first].map(({ revision, commit, images }) => ({
        revision,
        commit,
        images: images.map(({ name, digest }) => `${name}@${digest}`),
      })),
    )
  })

  test('both environments of one tree deploy the same bytes and the same built commit', async () => {
    const shop = await makeShop()
    await shop.commit('stg', 'Empty', {})
    const staging = await shop.release('staging', 'stg')
    const production = await shop.release('production', 'master')
    expect(production.images[0]?.digest).toBe(staging.images[0]?.digest)
    expect(shop.git('show', `${production.revision}:deploy/environments/production/image.yaml`)).toContain(
      `commit: "${staging.commit}"`,
    )
    expect(shop.git('show', `${production.revision}:deploy/environments/staging/image.yaml`)).toContain('digest: ""')
  })

  test('two releases at the same time both end up in the history', async () => {
    const shop = await makeShop()
    await shop.release('staging', 'stg')
    await shop.commit('stg', 'One', { 'app/main.js': '1' })
    const one = shop.release('staging', 'stg')
    await shop.commit('stg', 'Two', { 'app/main.js': '2' })
    const two = shop.release('staging', 'stg')
    const revisions = (await Promise.all([one, two])).map((each) => each.revision)
    const history = await readHistory(shop.repository, 'staging')
    expect(history).toHaveLength(3)
    expect(history.map((each) => each.revision)).toEqual(expect.arrayContaining(revisions))
  })

  test('without git identity, and without anything to build', async () => {
    const shop = await makeShop({ 'manifest.yaml': 'kind: ConfigMap\n' })
    shop.git('config', '--unset', 'user.name')
    shop.git('config', '--unset', 'user.email')
    const released = await shop.release('staging', 'stg')
    expect(released.images).toEqual([])
    expect(shop.git('log', '-1', '--format=%an %T', released.revision)).toBe(
      `Slipway ${shop.git('rev-parse', 'stg^{tree}')}`,
    )
  })

  test('an executable file keeps its x bit', async () => {
    const shop = await makeShop()
    await writeFile(join(shop.directory, 'app/start.sh'), '#!/bin/sh\n', { mode: 0o755 })
    await shop.commit('stg', 'Script', { 'app/Dockerfile': 'FROM node:24\nCOPY . /app/\n' })
    const rootfs = (await shop.release('staging', 'stg')).images[0]?.image.rootfs ?? ''
    const modes = await Promise.all(
      ['start.sh', 'main.js'].map(async (name) => (await stat(join(rootfs, 'app', name))).mode & 0o777),
    )
    expect(modes).toEqual([0o755, 0o644])
  })
})

describe('what is refused by name', () => {
  test('two images that could be meant', async () => {
    const shop = await makeShop({ ...SHOP_FILES, 'deploy/other.yaml': 'image: registry.example.org/old/shop:1\n' })
    await expect(shop.release('staging', 'stg')).rejects.toMatchObject({
      code: 'DELIVERY_AMBIGUOUS_IMAGE',
      message: 'app/Dockerfile could build ghcr.io/acme/shop or registry.example.org/old/shop',
    })
  })

  test('an image.yaml of another shape', async () => {
    const shop = await makeShop({ ...SHOP_FILES, 'deploy/environments/staging/image.yaml': 'image: {}\n' })
    await expect(shop.release('staging', 'stg')).rejects.toMatchObject({
      code: 'DELIVERY_IMAGE_FILE',
      message: 'deploy/environments/staging/image.yaml has no image.digest',
    })
  })

  test('a Dockerfile that cannot be built, with its path in the repository', async () => {
    const shop = await makeShop({ ...SHOP_FILES, 'app/Dockerfile': 'FROM node:24\nRUN rm -rf /\n' })
    await expect(shop.release('staging', 'stg')).rejects.toMatchObject({
      code: 'IMAGE_RUN_REFUSED',
      message: expect.stringMatching(/^app\/Dockerfile:2:1: RUN rm/) as string,
    })
    expect(shop.git('for-each-ref', 'refs/slipway')).toBe('')
  })
})
