import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { outerModules } from '@slipway/images'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { outerModulesWarning } from '../src/outer-modules.ts'

test('modules above the files of pods are found and named, with what to do', async () => {
  const home = await temporaryDirectory()
  const state = join(home, '.local/state/slipway/0123')
  await mkdir(state, { recursive: true })
  // Its own folder and files of that name are none.
  await mkdir(join(state, 'node_modules'))
  await writeFile(join(home, '.local/node_modules'), '')
  const before = outerModules(state)
  await mkdir(join(home, 'node_modules'))
  const after = outerModules(state)
  expect(after.filter((path) => !before.includes(path))).toEqual([join(home, 'node_modules')])
  expect(outerModulesWarning(join(home, 'node_modules'))).toContain(`folders that are not below ${home}`)
})
