import { sameRepository } from '@slipway/git'
import { expect, test } from 'vitest'

const SAME = [
  'https://github.com/Acme/Shop.git',
  'https://github.com/acme/shop',
  'https://token@GitHub.com/Acme/Shop/',
  'ssh://git@github.com/Acme/Shop.git',
  'ssh://git@github.com:22/Acme/Shop',
  'ssh://git@ssh.github.com:443/Acme/Shop.git',
  'git@github.com:Acme/Shop.git',
  'github.com:/Acme/Shop',
  'git://github.com/Acme/Shop.git',
]

test.each(SAME)('%s is the same repository as the scp form', (url) => {
  expect(sameRepository(url, 'git@github.com:Acme/Shop.git')).toBe(true)
})

test.each([
  'https://github.com/Acme/Shop2.git',
  'https://gitlab.com/Acme/Shop.git',
  'https://github.com:8443/Acme/Shop.git',
  'file:///github.com/Acme/Shop',
])('%s is another repository', (url) => {
  expect(sameRepository(url, 'git@github.com:Acme/Shop.git')).toBe(false)
})

test('a path and its file URL are the same, with the case that disks keep', () => {
  expect(sameRepository('/repos/Plain', 'file:///repos/Plain/')).toBe(true)
  expect(sameRepository('/repos/plain', 'file:///repos/Plain')).toBe(false)
})
