import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalImage } from '@slipway/node'
import { eventually, FakeClock, temporaryDirectory } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { imageCopies } from '../src/container/copies.ts'

// A process number that Linux does not give.
const NOBODY = 2 ** 22 + 1

async function image(directory: string, text: string): Promise<LocalImage> {
  const rootfs = join(directory, text, 'rootfs')
  await mkdir(join(rootfs, 'app'), { recursive: true })
  await writeFile(join(rootfs, 'app/main.js'), text)
  return { id: `shop@${text}`, rootfs, entrypoint: [], cmd: [], env: [], workingDir: '/app' }
}

async function world() {
  const directory = await temporaryDirectory()
  const clock = new FakeClock()
  const spares = join(directory, 'spares')
  const open = () => {
    const copies = imageCopies({ directory: spares, clock })
    onTestFinished(() => copies.close())
    return copies
  }
  const count = async (): Promise<number> => {
    const images = await readdir(spares).catch(() => [])
    const names = await Promise.all(images.map((name) => readdir(join(spares, name))))
    return names.flat().filter((name) => !name.endsWith('.part')).length
  }
  return { directory, clock, open, count }
}

test('a container gets what the image holds, whatever the last run left', async () => {
  const { directory, open } = await world()
  const target = join(directory, 'pod')
  await mkdir(target)
  await writeFile(join(target, 'left'), 'by the last run')
  await open().take(await image(directory, 'one'), target)
  expect(await readdir(target)).toEqual(['app'])
  expect(await readFile(join(target, 'app/main.js'), 'utf8')).toBe('one')
})

test('spares are made once nothing starts, each is given once, and a later start uses them', async () => {
  const { directory, clock, open, count } = await world()
  const made = await image(directory, 'one')
  const copies = open()
  await copies.take(made, join(directory, 'a'))
  expect(await count()).toBe(0)
  await clock.advance(10_000)
  await eventually(async () => expect(await count()).toBe(6))
  await copies.close()
  const again = open()
  // So that only a spare can have what the image no longer has.
  await writeFile(join(made.rootfs, 'app/main.js'), 'changed')
  const targets = ['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => join(directory, name))
  await Promise.all(targets.map((target) => again.take(made, target)))
  const texts = await Promise.all(targets.map((target) => readFile(join(target, 'app/main.js'), 'utf8')))
  expect(texts.toSorted()).toEqual(['changed', 'one', 'one', 'one', 'one', 'one', 'one'])
  expect(await count()).toBe(0)
})

test('spares of the four images that were used last are kept', async () => {
  const { directory, clock, open } = await world()
  const copies = open()
  const kept = async (): Promise<string[]> => {
    const spares = join(directory, 'spares')
    const names = await Promise.all(
      (await readdir(spares)).map(async (image) =>
        (await readdir(join(spares, image))).map((name) => join(image, name)),
      ),
    )
    return Promise.all(names.flat().map((name) => readFile(join(spares, name, 'app/main.js'), 'utf8')))
  }
  for (const name of ['one', 'two', 'three', 'four', 'five']) {
    await copies.take(await image(directory, name), join(directory, `pod-${name}`))
    await clock.advance(10_000)
    await eventually(async () => expect((await kept()).filter((text) => text === name)).toHaveLength(6))
  }
  await copies.close()
  expect(new Set(await kept())).toEqual(new Set(['two', 'three', 'four', 'five']))
})

test('what is prepared is waited for instead of copied once more', async () => {
  const { directory, open, count } = await world()
  const made = await image(directory, 'one')
  const copies = open()
  copies.prepare(made)
  const targets = ['a', 'b', 'c', 'd'].map((name) => join(directory, name))
  await Promise.all(targets.map((target) => copies.take(made, target)))
  for (const target of targets) expect(await readFile(join(target, 'app/main.js'), 'utf8')).toBe('one')
  await eventually(async () => expect(await count()).toBeLessThanOrEqual(4))
})

test('a copy that a killed run left half made or half removed is removed, and never given; one that another cluster makes is left', async () => {
  const { directory, open } = await world()
  const made = await image(directory, 'one')
  const [folder] = await (async () => {
    const copies = open()
    copies.prepare(made)
    await copies.take(made, join(directory, 'a'))
    await copies.close()
    return readdir(join(directory, 'spares'))
  })()
  const spares = join(directory, 'spares')
  const gone = [join(spares, folder ?? '', `1-${NOBODY}-1.part`), join(spares, `${folder}-${NOBODY}-1.part`)]
  const underWay = join(spares, folder ?? '', `1-${process.ppid}-1.part`)
  for (const partial of [...gone, underWay]) await mkdir(partial)
  await open().close()
  expect(gone.filter((partial) => existsSync(partial))).toEqual([])
  expect(existsSync(underWay)).toBe(true)
})
