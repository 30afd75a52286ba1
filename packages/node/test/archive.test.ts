import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { archiveCommand } from '../src/container/archive.ts'

test('what kubectl cp packs has the names that it has in the container, and what it unpacks stays in it', async () => {
  const rootfs = await temporaryDirectory()
  await mkdir(join(rootfs, 'app/data'), { recursive: true })
  const of = (...argv: string[]): readonly string[] => archiveCommand(argv, rootfs)
  expect(of('tar', 'cf', '-', '/app/data')).toEqual(['tar', 'cf', '-', '-C', rootfs, 'app/data'])
  for (const same of [
    ['tar', 'cf', '-', 'data'],
    ['tar', 'cf', '-', '/etc/hostname'],
    ['tar', '-xmf', '-', '-C', 'data'],
    ['tar', '-xmf', '-', '-C', '/tmp/x'],
    ['ls', '/app/data'],
  ])
    expect(of(...same)).toEqual(same)
  expect(of('tar', '-xmf', '-', '-C', '/app/data').at(-1)).toBe(join(rootfs, 'app/data'))
  expect(of('tar', '-xmf', '-', '-C', '/').at(-1)).toBe(join(rootfs, '/'))
  expect(of('tar', '-xmf', '-', '-C', '/app/../..').at(-1)).toBe(join(rootfs, '/'))
  expect(() => of('tar', '--no-same-permissions', '--no-same-owner', '-xmf', '-', '-C', '/etc')).toThrow(
    'the container has no folder /etc of its own',
  )
  expect(() => of('tar', '-xmf', '-', '-C', '/app/../../etc')).toThrow('the container has no folder /etc of its own')
})
