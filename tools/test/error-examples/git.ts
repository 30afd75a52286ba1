import { execFileSync } from 'node:child_process'
import { chownSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fetchRepository, openRepository, type Repository, serveRepository } from '@slipway/git'
import { onTestFinished } from 'vitest'
import { application, CONFIG_MAP } from './applications.ts'
import type { Room } from './example.ts'
import type { Place } from './place.ts'

const README = { 'README.md': 'A shop.\n' }
const DEPLOYED = { 'argocd/staging.yaml': application(), 'deploy/config.yaml': CONFIG_MAP }
const NOBODY = 65_534

/** The user's repository, and others that it names. */
export const GIT: Room = {
  title: 'git',
  page: 'git',
  examples: [
    {
      code: 'GIT_NOT_INSTALLED',
      when: 'Any command on a machine without git, or with a PATH that does not have it.',
      beside: README,
      prepare: (place) => {
        place.env['PATH'] = '/nonexistent'
      },
      command: 'slipway status',
    },
    {
      code: 'GIT_NOT_A_REPOSITORY',
      when: 'A command in a folder that is in no repository.',
      command: 'slipway status',
    },
    {
      code: 'GIT_UNSAFE_DIRECTORY',
      when: 'A command in a repository that belongs to another user, as in a container that mounts it.',
      beside: README,
      committed: true,
      possible: process.getuid?.() === 0,
      prepare: (place) => {
        for (const path of ['', '.git']) chownSync(join(place.directory, path), NOBODY, NOBODY)
      },
      command: 'slipway status',
    },
    {
      code: 'GIT_NO_COMMITS',
      when: 'A command that needs a commit, right after `git init`.',
      prepare: (place) => place.git('init', '--quiet'),
      command: 'slipway render staging',
    },
    {
      code: 'GIT_UNKNOWN_REVISION',
      when: 'A branch is named that does not exist, on the command line or as `targetRevision`.',
      beside: DEPLOYED,
      committed: true,
      command: 'slipway render staging --revision feature/login',
    },
    {
      code: 'GIT_REF_MOVED',
      when: 'A branch is moved from where it was seen, and somebody committed to it in between.',
      beside: README,
      committed: true,
      masks: [[/[0-9a-f]{40}/g, '<commit>']],
      run: async (place) => {
        const repository = await opened(place)
        const seen = (await repository.head()).commit ?? ''
        place.commit('Second')
        await repository.moveRef('refs/heads/master', { from: seen, to: seen })
      },
    },
    {
      code: 'GIT_FETCH_FAILED',
      when: 'A repository that an Application names by its `repoURL` is not there.',
      run: (place) =>
        fetchRepository(`file://${place.home}/charts.git`, {
          cacheDirectory: join(place.home, '.cache'),
          env: place.env,
        }),
    },
    {
      code: 'GIT_NO_OBJECT',
      when: 'A file of the commit is not among the objects of the repository: a damaged clone, or one with `--filter`.',
      beside: DEPLOYED,
      committed: true,
      prepare: (place) => {
        const id = place.git('rev-parse', 'HEAD:deploy/config.yaml')
        rmSync(join(place.directory, '.git/objects', id.slice(0, 2), id.slice(2)))
      },
      command: 'slipway render staging',
    },
    {
      code: 'GIT_TOO_LARGE',
      when: 'A commit has a file of 513 MiB, `dump.sql`, that an image copies.',
      committed: true,
      prepare: (place) => {
        place.write('dump.sql', '')
        truncateSync(join(place.directory, 'dump.sql'), 513 * 1024 * 1024)
        place.git('config', 'core.compression', '1')
        place.commit('Add a dump')
      },
      run: async (place) => {
        const repository = await opened(place)
        const { commit } = await repository.resolve('master')
        return (await repository.loadTree(commit)).read('dump.sql')
      },
    },
    {
      code: 'GIT_LISTEN',
      when: 'The port that the git server of a cluster is to have is taken.',
      beside: README,
      committed: true,
      masks: [[/127\.0\.0\.1:\d+/, '127.0.0.1:4000']],
      run: async ({ directory, env }) => {
        const served = { directory, env, name: 'shop', token: 'secret' }
        const first = await serveRepository(served)
        onTestFinished(() => first.close())
        await serveRepository({ ...served, port: first.port })
      },
    },
    {
      code: 'GIT_FAILED',
      when: 'Git itself cannot go on, for a reason that it says; here the last line of `.git/config` is `[core`.',
      beside: README,
      committed: true,
      prepare: (place) => writeFileSync(join(place.directory, '.git/config'), '[core'),
      command: 'slipway status',
    },
    {
      code: 'GIT_BAD_ANSWER',
      when: 'A tree object of the repository is damaged.',
      committed: true,
      beside: README,
      prepare: (place) => {
        const tree = written(place, 'tree', 'this is no tree')
        place.git('update-ref', 'refs/heads/master', place.git('commit-tree', tree, '-m', 'Damaged'))
      },
      command: 'slipway render staging',
    },
  ],
}

async function opened(place: Place): Promise<Repository> {
  const repository = await openRepository(place.directory, { env: place.env })
  onTestFinished(() => repository.close())
  return repository
}

function written(place: Place, type: string, content: string): string {
  const args = ['hash-object', '-t', type, '--literally', '-w', '--stdin']
  return execFileSync('git', args, { cwd: place.directory, input: content, encoding: 'utf8' }).trim()
}
