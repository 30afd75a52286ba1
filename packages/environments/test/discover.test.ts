import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { discover } from '@slipway/environments'
import { openRepository } from '@slipway/git'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'

test('without an environment, the Application that cannot be read is what the hint is about', async () => {
  const directory = await temporaryDirectory()
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@x', ...args], { cwd: directory, stdio: 'pipe' })
  git('init', '--quiet')
  git('commit', '--quiet', '--allow-empty', '--message', 'First')
  const repository = await openRepository(directory)
  onTestFinished(() => repository.close())
  await expect(discover(repository)).rejects.toMatchObject({
    code: 'ENVIRONMENTS_NONE',
    hint: '`slipway init` writes what is missing; commit it and try again',
  })
  const broken =
    'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  project: 5\n  destination: {}\n'
  writeFileSync(join(directory, 'web.yaml'), broken)
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Second')
  await expect(discover(repository)).rejects.toMatchObject({
    hint: 'look at what is there: web.yaml:5:12: spec.project must be a string, not the number 5',
  })
})
