import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fetchRepository, type GitError } from '@slipway/git'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { testRepository, type TestRepository } from './repositories.ts'

async function refusal(url: string, more: object = {}): Promise<GitError> {
  const cacheDirectory = await temporaryDirectory()
  const error = await fetchRepository(url, { cacheDirectory, ...more }).then(
    () => undefined,
    (thrown: unknown) => thrown as GitError,
  )
  if (error === undefined) throw new Error(`${url} was fetched`)
  expect(readdirSync(cacheDirectory).filter((name) => name.includes('pwned'))).toEqual([])
  return error
}

test('an option is no URL and no revision', async () => {
  const folder = await temporaryDirectory()
  const pwned = join(folder, 'pwned')
  for (const url of [`--upload-pack=touch ${pwned}`, `-u touch ${pwned}`, '--help', ''])
    expect.soft((await refusal(url)).code, url).toBe('GIT_FETCH_FAILED')
  const made = await testRepository()
  made.commit({ a: '1' })
  const repository = await made.open()
  for (const revision of [`--output=${pwned}`, '-h', '--all', `HEAD --output=${pwned}`, '@{-1}', 'HEAD^{/x}'])
    await expect.soft(repository.resolve(revision)).rejects.toMatchObject({ code: 'GIT_UNKNOWN_REVISION' })
  expect(await repository.objectId(`--output=${pwned}`)).toBeUndefined()
  expect(existsSync(pwned)).toBe(false)
})

test('what a shell would run in an ssh URL reaches no shell', async () => {
  const folder = await temporaryDirectory()
  const log = join(folder, 'ssh.log')
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nfor a in "$@"; do echo "[$a]" >> '${log}'; done\nexit 1\n`, {
    mode: 0o755,
  })
  const pwned = join(folder, 'pwned')
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` }
  for (const url of [
    `ssh://git@h/a'; touch ${pwned}; '`,
    `ssh://git@h/$(touch ${pwned})`,
    `git@h:a;touch ${pwned}`,
    `git@h:\`touch ${pwned}\``,
  ])
    expect.soft((await refusal(url, { env })).code, url).toBe('GIT_FETCH_FAILED')
  for (const url of [`ssh://-oProxyCommand=touch ${pwned}/x`, `-oProxyCommand=touch ${pwned}:x`])
    expect.soft((await refusal(url, { env })).code, url).toBe('GIT_FETCH_FAILED')
  expect(existsSync(pwned)).toBe(false)
})

test.each([
  'ext::sh -c id',
  'fd::17',
  'EXT::sh',
  'transport::address',
  'javascript:alert(1)',
  'gopher://h/x',
  'ftp://h/x',
  'data:,x',
  'https:/evil',
  'http+unix://x',
  '/etc',
  './x',
  '../x',
])('the URL %s is of no protocol that is allowed', async (url) => {
  const error = await refusal(url)
  expect(error).toMatchObject({ code: 'GIT_FETCH_FAILED', hint: expect.stringContaining('https') })
})

test('a folder of the machine is no repository, and is not shown', async () => {
  const error = await refusal('file:///etc')
  expect(error.code).toBe('GIT_FETCH_FAILED')
  expect(error.message).not.toContain('passwd')
})

test.each([
  'https://h/a\nhost=evil',
  'https://h/a%0ahost=evil',
  'https://h%0d%0a/x',
  'https://h/\0x',
  `https://h/${'x'.repeat(10_000)}`,
])('the URL %j is refused, and no helper is asked for its password', async (url) => {
  const folder = await temporaryDirectory()
  const asked = join(folder, 'asked')
  writeFileSync(join(folder, '.gitconfig'), `[credential]\n\thelper = "!f() { cat > ${asked}; }; f"\n`)
  const error = await refusal(url, { env: { ...process.env, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' } })
  expect(error.code).toBe('GIT_FETCH_FAILED')
  expect(error.message.length).toBeLessThan(500)
  expect(existsSync(asked)).toBe(false)
})

test('credentials of a URL are in no error, at any depth', async () => {
  for (const url of [
    'https://user:tok3n@127.0.0.1:9/x',
    'http://tok3n@127.0.0.1:9/x',
    'https://127.0.0.1:9/x?sig=tok3n',
  ]) {
    const error = await refusal(url)
    expect.soft(error.message, url).toContain('***')
    const everything = [
      error.message,
      error.hint,
      error.stack,
      JSON.stringify(error),
      String(error.cause),
      (error.cause as Error).stack,
    ]
    expect.soft(everything.join('\n'), url).not.toContain('tok3n')
  }
})

test('a redirect to another host takes no credentials along', async () => {
  const seen: (string | undefined)[] = []
  const other = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(404).end()
  })
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  const elsewhere = `http://localhost:${(other.address() as AddressInfo).port}`
  const first = createServer((request, response) => {
    if (request.headers.authorization === undefined)
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
    return response.writeHead(302, { location: `${elsewhere}${request.url ?? ''}` }).end()
  })
  first.listen(0, '127.0.0.1')
  await once(first, 'listening')
  onTestFinished(() => void [first.close(), other.close()])
  const error = await refusal(`http://user:tok3n@127.0.0.1:${(first.address() as AddressInfo).port}/x`)
  expect(error.message).not.toContain('tok3n')
  expect(seen.filter((header) => header !== undefined)).toEqual([])
})

test('a server that drips, and a repository beyond the limit, are given up, and the disk is given back', async () => {
  const drip = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
    const timer = setInterval(() => response.write('0'), 50)
    response.once('close', () => clearInterval(timer))
  })
  drip.listen(0, '127.0.0.1')
  await once(drip, 'listening')
  onTestFinished(() => void drip.close())
  const slow = await refusal(`http://127.0.0.1:${(drip.address() as AddressInfo).port}/x`, { timeLimit: 700 })
  expect(slow).toMatchObject({ code: 'GIT_FETCH_FAILED', message: expect.stringContaining('took longer than') })
  const made = await testRepository()
  const noise = Array.from({ length: 300_000 }, () => Math.random().toString(36)).join('')
  made.commit({ large: noise })
  const cacheDirectory = await temporaryDirectory()
  const large = fetchRepository(`file://${made.directory}`, { cacheDirectory, sizeLimit: 100_000 })
  await expect(large).rejects.toMatchObject({
    code: 'GIT_FETCH_FAILED',
    message: expect.stringContaining('larger than'),
  })
  expect(readdirSync(cacheDirectory)).toEqual([])
})

test('a remote whose HEAD and refs are options or paths gives none of them', async () => {
  const made = await testRepository()
  const commit = made.commit({ a: '1' })
  const folder = join(made.directory, '.git')
  writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/--upload-pack=x\n')
  writeFileSync(join(folder, 'packed-refs'), `${commit} refs/heads/../../evil\n${commit} refs/heads/ok\n`)
  const cacheDirectory = await temporaryDirectory()
  const result = await fetchRepository(`file://${made.directory}`, { cacheDirectory }).then(
    () => 'fetched',
    (error: unknown) => (error as GitError).code,
  )
  expect(['fetched', 'GIT_FETCH_FAILED']).toContain(result)
  const [cached = ''] = readdirSync(cacheDirectory)
  expect(existsSync(join(cacheDirectory, 'evil'))).toBe(false)
  expect(existsSync(join(cacheDirectory, cached, 'evil'))).toBe(false)
  if (result === 'fetched') {
    const head = execFileSync('git', ['symbolic-ref', 'HEAD'], { cwd: join(cacheDirectory, cached) }).toString()
    expect(head).not.toContain('upload-pack')
  }
})

test('a repository that configures programs runs none of them', async () => {
  const made = await testRepository()
  const pwned = join(made.directory, 'pwned')
  made.commit({ 'a.yaml': 'x', '.gitattributes': '*.yaml filter=evil diff=evil\n' })
  const run = `touch ${pwned}`
  for (const [key, value] of [
    ['core.fsmonitor', run],
    ['core.sshCommand', run],
    ['core.pager', run],
    ['core.editor', run],
    ['core.alternateRefsCommand', run],
    ['diff.external', run],
    ['diff.evil.textconv', run],
    ['filter.evil.smudge', run],
    ['filter.evil.clean', run],
    ['uploadpack.packObjectsHook', run],
  ] as const)
    made.git('config', key, value)
  mkdirSync(join(made.directory, '.git/hooks'), { recursive: true })
  for (const hook of ['reference-transaction', 'post-checkout', 'pre-auto-gc', 'post-update', 'update', 'pre-receive'])
    writeFileSync(join(made.directory, '.git/hooks', hook), `#!/bin/sh\n${run}\n`, { mode: 0o755 })
  const repository = await made.open()
  const { commit } = await repository.resolve('master')
  const tree = await repository.loadTree(commit)
  expect(tree.read('a.yaml')?.toString()).toContain('x')
  await repository.log({ range: commit, paths: ['a.yaml'] })
  const written = await repository.writeTree(commit, { 'b.yaml': 'y' })
  await repository.moveRef('refs/slipway/x', {
    to: await repository.writeCommit({
      tree: written,
      parents: [commit],
      message: 'm',
      author: { name: 'a', email: 'b', time: 0 },
    }),
  })
  const cacheDirectory = await temporaryDirectory()
  await fetchRepository(`file://${made.directory}`, { cacheDirectory }).catch(() => undefined)
  expect(existsSync(pwned)).toBe(false)
})

/** A tree object of entries that git itself would not write. */
function rawTree(
  made: TestRepository,
  entries: readonly (readonly [mode: string, name: string, id: string])[],
): string {
  const body = Buffer.concat(
    entries.flatMap(([mode, name, id]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
  )
  const args = ['hash-object', '-t', 'tree', '-w', '--stdin', '--literally']
  return execFileSync('git', args, { cwd: made.directory, input: body }).toString().trim()
}

function commitOf(made: TestRepository, tree: string): string {
  return made.git('commit-tree', tree, '-m', 'evil')
}

test('entries that would be paths or git folders are nothing but names in memory, and nothing is written', async () => {
  const made = await testRepository()
  made.commit({ a: '1' })
  const blob = made.git('rev-parse', 'HEAD:a')
  const inner = rawTree(made, [['100644', 'config', blob]])
  const before = readdirSync(made.directory).sort()
  for (const entries of [
    [['40000', '.git', inner]],
    [['40000', '.GIT', inner]],
    [['100644', 'git~1', blob]],
    [['100644', '../x', blob]],
    [['100644', '..', blob]],
    [
      ['120000', 'a', blob],
      ['40000', 'a', inner],
    ],
    [['160000', '../..', blob]],
    [['100644', '/abs', blob]],
    [['100644', '', blob]],
  ] as const) {
    const repository = await made.open()
    const commit = commitOf(made, rawTree(made, entries))
    const outcome = await repository.loadTree(commit).then(
      (tree) => [tree.read('../x'), tree.read('x'), tree.stat('..'), tree.list('').length] as const,
      (error: unknown) => (error as GitError).code,
    )
    if (typeof outcome === 'string') expect.soft(outcome).toMatch(/^GIT_/)
    else expect.soft(outcome[1], JSON.stringify(entries)).toBeUndefined()
  }
  expect(readdirSync(made.directory).sort()).toEqual(before)
})

test('damaged objects, packs and refs end in an error with a code', async () => {
  const made = await testRepository()
  const commit = made.commit({ a: '1' })
  const id = made.git('rev-parse', 'HEAD:a')
  const file = join(made.directory, '.git/objects', id.slice(0, 2), id.slice(2))
  execFileSync('chmod', ['u+w', file])
  writeFileSync(file, 'garbage')
  const repository = await made.open()
  const read = repository.loadTree(commit).then((tree) => tree.read('a'))
  await expect(read).rejects.toMatchObject({ code: expect.stringMatching(/^GIT_/) })
  const other = await testRepository()
  other.commit({ a: '1' })
  other.git('gc', '--quiet')
  const packs = join(other.directory, '.git/objects/pack')
  for (const name of readdirSync(packs)) {
    execFileSync('chmod', ['u+w', join(packs, name)])
    writeFileSync(join(packs, name), 'PACK\0\0\0\x02\x7f\xff\xff\xff')
  }
  const broken = await other.open()
  await expect(broken.resolve('master')).rejects.toMatchObject({ code: expect.stringMatching(/^GIT_/) })
  writeFileSync(join(other.directory, '.git/index'), 'DIRC\0\0\0\x04garbage')
  await expect((await other.open()).resolve('master')).rejects.toMatchObject({ code: expect.stringMatching(/^GIT_/) })
})

test('one name for a branch and a tag is the branch; an unborn HEAD and an empty remote have their own errors', async () => {
  const made = await testRepository()
  const cacheDirectory = await temporaryDirectory()
  const empty = await fetchRepository(`file://${made.directory}`, { cacheDirectory })
  const { openRepository } = await import('@slipway/git')
  const opened = await openRepository(empty)
  onTestFinished(() => opened.close())
  await expect(opened.resolve('HEAD')).rejects.toMatchObject({ code: 'GIT_NO_COMMITS' })
  const [first, second] = [made.commit({ a: '1' }), made.commit({ a: '2' })]
  made.git('tag', 'same', first)
  made.git('branch', 'same', second)
  expect((await (await made.open()).resolve('same')).commit).toBe(second)
  made.git('update-ref', 'refs/heads/master', first)
  await fetchRepository(`file://${made.directory}`, { cacheDirectory })
  expect((await opened.resolve('master')).commit).toBe(first)
})

test('submodules are never fetched: a folder is empty, loops and secrets do no harm', async () => {
  const made = await testRepository()
  const commit = made.commit({ a: '1' })
  made.git('update-index', '--add', '--cacheinfo', `160000,${commit},sub`)
  writeFileSync(
    join(made.directory, '.gitmodules'),
    `[submodule "sub"]\n\tpath = sub\n\turl = ext::sh -c 'touch ${made.directory}/pwned'\n`,
  )
  made.git('add', '.gitmodules')
  made.git('commit', '--quiet', '-m', 'sub')
  const head = made.git('rev-parse', 'HEAD')
  const tree = await (await made.open()).loadTree(head)
  expect([tree.stat('sub'), tree.list('sub')]).toEqual(['directory', []])
  await fetchRepository(`file://${made.directory}`, { cacheDirectory: await temporaryDirectory() })
  expect(existsSync(join(made.directory, 'pwned'))).toBe(false)
})
