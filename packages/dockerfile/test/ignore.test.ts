import { expect, test } from 'vitest'
import { parseIgnore } from '@slipway/dockerfile'

/** Lines of the file, then paths with + (kept) or - (left out). */
const cases: [string[], string[]][] = [
  [
    ['*', '!package.json', '!src'],
    ['-Dockerfile', '-a/b', '+package.json', '+src/main.ts', '+src/a/b.ts'],
  ],
  [['node_modules'], ['-node_modules/a/b.js', '+app/node_modules/a.js']],
  [['**/node_modules'], ['-node_modules/a.js', '-app/node_modules/a.js', '+app/src.js']],
  [
    ['*.md', '!README.md', 'README.md'],
    ['-a.md', '-README.md', '+docs/a.md'],
  ],
  [
    ['docs/**', '!docs/keep/*.md'],
    ['-docs/a', '-docs/keep/a.txt', '+docs/keep/a.md'],
  ],
  [['/dist/'], ['-dist/a', '+src/dist/a']],
  [
    ['# comment', '', '  .env  ', '!'],
    ['-.env', '+# comment'],
  ],
  [
    ['a?c', '[x-z].txt'],
    ['-abc', '+ac', '+a/c', '-y.txt', '+a.txt'],
  ],
  [['./a/../b'], ['-b/x', '+a']],
  [
    ['a+b', 'c(1)', 'd.e'],
    ['-a+b', '+aab', '-c(1)', '-d.e', '+dxe'],
  ],
  [['[a'], ['+[a', '+a']],
  [
    ['**/*.log', '!**/keep.log'],
    ['-x.log', '-a/b/x.log', '+a/keep.log'],
  ],
  [['**'], ['-a', '-a/b']],
]

test.each(cases)('%j', (lines, paths) => {
  const ignore = parseIgnore(lines.join('\n'))
  for (const path of paths) expect(`${ignore(path.slice(1)) ? '-' : '+'}${path.slice(1)}`).toBe(path)
})
