import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type GitServer, serveRepository } from '@slipway/git'
import { temporaryDirectory } from '@slipway/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testRepository, type TestRepository } from './repositories.ts'

const TOKEN = 'a-token-of-this-cluster'
const run = promisify(execFile)

interface Served {
  readonly repository: TestRepository
  readonly server: GitServer
  /** The URL with the token in it. */
  readonly url: string
}

async function served(name = 'shop'): Promise<Served> {
  const repository = await testRepository()
  repository.commit({ 'app/main.js': 'one' })
  const server = await serveRepository({ directory: repository.directory, name, token: TOKEN })
  onTestFinished(() => server.close())
  return { repository, server, url: server.url.replace('http://', `http://ci:${TOKEN}@`) }
}

// Another person's clone, with git as it is installed.
async function cloneOf(url: string): Promise<{ directory: string; git: (...args: string[]) => Promise<string> }> {
  const home = await temporaryDirectory()
  const identity = {
    GIT_AUTHOR_NAME: 'C',
    GIT_AUTHOR_EMAIL: 'c@x',
    GIT_COMMITTER_NAME: 'C',
    GIT_COMMITTER_EMAIL: 'c@x',
  }
  const env = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', ...identity }
  const directory = join(home, 'clone')
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { cwd: directory, env })).stdout.trim()
  await run('git', ['clone', '--quiet', url, directory], { env })
  return { directory, git }
}

async function change(clone: Awaited<ReturnType<typeof cloneOf>>, path: string, text: string): Promise<string> {
  await writeFile(join(clone.directory, path), text)
  await clone.git('add', '--all')
  await clone.git('commit', '--quiet', '--message', `Change ${path}`)
  return clone.git('rev-parse', 'HEAD')
}

function ask(server: GitServer, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .once('error', reject)
      .end()
  })
}

const basic = (password: string): string => `Basic ${Buffer.from(`any:${password}`).toString('base64')}`

describe('a repository served over HTTP', () => {
  test('is cloned and fetched from, in each version of the protocol', async () => {
    const { repository, url } = await served()
    const clone = await cloneOf(url)
    expect(await readFile(join(clone.directory, 'app/main.js'), 'utf8')).toBe('one')
    for (const version of ['0', '1', '2']) {
      const commit = repository.commit({ 'app/main.js': `for ${version}` })
      await clone.git('-c', `protocol.version=${version}`, 'fetch', '--quiet', 'origin')
      expect(await clone.git('rev-parse', 'origin/master')).toBe(commit)
    }
  })

  test('may have any name', async () => {
    const { server, url } = await served('our größter #1 shop (new)')
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[^ #]+\.git$/)
    expect(await readFile(join((await cloneOf(url)).directory, 'app/main.js'), 'utf8')).toBe('one')
  })

  test('answers long requests, which git sends compressed', async () => {
    const { repository, url } = await served()
    const clone = await cloneOf(url)
    for (let count = 0; count < 40; count++)
      await clone.git('commit', '--quiet', '--allow-empty', '--message', `${count}`)
    const commit = repository.commit({ 'app/main.js': 'apart' })
    await clone.git('fetch', '--quiet', 'origin')
    expect(await clone.git('rev-parse', 'origin/master')).toBe(commit)
  })

  test('takes a push, and the work tree goes along', async () => {
    const { repository, url } = await served()
    const clone = await cloneOf(url)
    const commit = await change(clone, 'app/main.js', 'pushed')
    await clone.git('push', '--quiet', 'origin', 'HEAD:master', 'HEAD:refs/heads/other')
    expect(repository.git('rev-parse', 'master', 'other')).toBe(`${commit}\n${commit}`)
    expect(await readFile(join(repository.directory, 'app/main.js'), 'utf8')).toBe('pushed')
    expect(repository.git('status', '--porcelain')).toBe('')
  })

  test('refuses a push over uncommitted changes, and keeps them', async () => {
    const { repository, url } = await served()
    const clone = await cloneOf(url)
    await change(clone, 'app/main.js', 'pushed')
    await writeFile(join(repository.directory, 'app/main.js'), 'not committed yet')
    const before = repository.git('rev-parse', 'master')
    await expect(clone.git('push', 'origin', 'HEAD:master')).rejects.toThrow(/unstaged changes/)
    expect(repository.git('rev-parse', 'master')).toBe(before)
    expect(await readFile(join(repository.directory, 'app/main.js'), 'utf8')).toBe('not committed yet')
  })

  test('refuses a push of what moved meanwhile', async () => {
    const { repository, url } = await served()
    const clone = await cloneOf(url)
    await change(clone, 'app/main.js', 'late')
    const newer = repository.commit({ 'app/main.js': 'newer' })
    await expect(clone.git('push', 'origin', 'HEAD:master')).rejects.toThrow(/rejected/)
    expect(repository.git('rev-parse', 'master')).toBe(newer)
  })

  test('refuses pushes to the refs that deployments are in', async () => {
    const { repository, url } = await served()
    repository.git('update-ref', 'refs/slipway/environments/staging', 'HEAD')
    const clone = await cloneOf(url)
    await change(clone, 'app/main.js', 'deploy this')
    await expect(clone.git('push', 'origin', 'HEAD:refs/slipway/environments/staging')).rejects.toThrow(/hidden ref/)
    await expect(clone.git('push', 'origin', ':refs/slipway/environments/staging')).rejects.toThrow(
      /hidden ref|rejected/,
    )
    expect(repository.git('rev-parse', 'refs/slipway/environments/staging')).toBe(repository.git('rev-parse', 'master'))
  })

  test('runs none of its hooks', async () => {
    const { repository, url } = await served()
    const hooks = join(repository.directory, '.git/hooks')
    await mkdir(hooks, { recursive: true })
    for (const name of [
      'pre-receive',
      'update',
      'post-receive',
      'post-update',
      'push-to-checkout',
      'reference-transaction',
    ]) {
      await writeFile(join(hooks, name), `#!/bin/sh\ntouch '${repository.directory}/ran'\n`)
      await chmod(join(hooks, name), 0o755)
    }
    const clone = await cloneOf(url)
    const commit = await change(clone, 'app/main.js', 'pushed')
    await clone.git('push', '--quiet', 'origin', 'HEAD:master')
    expect(repository.git('rev-parse', 'master')).toBe(commit)
    await expect(readFile(join(repository.directory, 'ran'))).rejects.toThrow(/ENOENT/)
  })

  test('is shown to nobody without the token, to no other Host, and to no page in a browser', async () => {
    const { server, url } = await served()
    const path = '/shop.git/info/refs?service=git-upload-pack'
    const host = `127.0.0.1:${server.port}`
    expect(await ask(server, path, { host, authorization: basic(TOKEN) })).toBe(200)
    expect(await ask(server, path, { host })).toBe(401)
    expect(await ask(server, path, { host, authorization: basic('wrong') })).toBe(401)
    expect(await ask(server, path, { host: 'evil.example', authorization: basic(TOKEN) })).toBe(403)
    expect(await ask(server, path, { host, origin: 'http://evil.example', authorization: basic(TOKEN) })).toBe(403)
    await expect(cloneOf(url.replace(TOKEN, 'wrong'))).rejects.toThrow(/Authentication failed/)
  })

  test('has no other paths: nothing of the folder is handed out as a file', async () => {
    const { server } = await served()
    const headers = { host: `127.0.0.1:${server.port}`, authorization: basic(TOKEN) }
    for (const path of [
      '/',
      '/shop.git/HEAD',
      '/shop.git/config',
      '/shop.git/info/refs',
      '/shop.git/info/refs?service=git-upload-archive',
      '/shop.git/../../etc/passwd',
      '/other.git/info/refs?service=git-upload-pack',
    ])
      expect(await ask(server, path, headers), path).toBe(404)
    expect(await ask(server, '/shop.git/git-upload-pack', headers)).toBe(405)
  })

  test('answers with an error where git cannot be started, and goes on', async () => {
    const { directory } = await testRepository()
    const server = await serveRepository({ directory, name: 'shop', token: TOKEN, env: { PATH: '/nowhere' } })
    onTestFinished(() => server.close())
    const headers = { host: `127.0.0.1:${server.port}`, authorization: basic(TOKEN) }
    for (const _ of [1, 2]) expect(await ask(server, '/shop.git/info/refs?service=git-upload-pack', headers)).toBe(500)
  })

  test('says that its port is taken', async () => {
    const { repository, server } = await served()
    const { directory } = repository
    const again = serveRepository({ directory, name: 'shop', token: TOKEN, port: server.port })
    await expect(again).rejects.toMatchObject({ code: 'GIT_LISTEN' })
  })
})
