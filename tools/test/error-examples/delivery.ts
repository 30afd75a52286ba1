import { buildImages, promote, promoteHotfix, release, type RunningState } from '@slipway/delivery'
import { openRepository, type Repository } from '@slipway/git'
import { parseWorkflow } from '@slipway/workflows'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { application } from './applications.ts'
import type { Room } from './example.ts'
import type { Place } from './place.ts'

const APPLICATIONS = {
  'argocd/production.yaml': application({ name: 'production' }),
  'argocd/staging.yaml': application({ branch: 'stg' }),
}
const STAGING = { environment: 'staging', branch: 'stg' }
const PRODUCTION = { environment: 'production', branch: 'master' }
const NOW = Date.UTC(2026, 0, 2)
const IMAGE_FILE = 'deploy/environments/staging/image.yaml'

/** The road from staging to production. */
export const DELIVERY: Room = {
  title: 'delivery',
  page: 'delivery',
  examples: [
    {
      code: 'DELIVERY_AMBIGUOUS_IMAGE',
      when: 'Two images that are deployed have the name of the folder or of the repository, and no workflow says which one its Dockerfile builds.',
      files: {
        'app/Dockerfile': 'FROM scratch\n',
        'deploy/pod.yaml': pod('ghcr.io/acme/shop:1'),
        'deploy/old.yaml': pod('registry.example.org/old/shop:1'),
      },
      committed: true,
      run: async (place) =>
        buildImages({
          repository: await opened(place),
          commit: place.git('rev-parse', 'HEAD'),
          build: settingsOf(place),
        }),
    },
    {
      code: 'DELIVERY_IMAGE_FILE',
      when: 'The file into which the pipeline writes the digest has another shape.',
      files: { [IMAGE_FILE]: 'image: {}\n' },
      beside: { 'app/Dockerfile': 'FROM scratch\n', 'deploy/pod.yaml': pod('ghcr.io/acme/shop:1') },
      committed: true,
      run: async (place) =>
        release({
          repository: await opened(place),
          environment: 'staging',
          commit: place.git('rev-parse', 'HEAD'),
          build: settingsOf(place),
          now: NOW,
        }),
    },
    {
      code: 'DELIVERY_NOT_READY',
      when: '`slipway promote` while staging still rolls out.',
      beside: APPLICATIONS,
      committed: true,
      prepare: stagingAhead,
      run: (place) => promoted(place, { health: 'Progressing' }),
    },
    {
      code: 'DELIVERY_LOST_HOTFIX',
      when: '`slipway promote` after somebody committed to master: staging does not have that commit, and production would lose it.',
      beside: APPLICATIONS,
      committed: true,
      prepare: (place) => {
        stagingAhead(place)
        fixOn(place, 'master')
      },
      run: (place) => promoted(place, {}),
    },
    {
      code: 'DELIVERY_NOTHING_TO_DO',
      when: 'No hotfix is missing on staging, or production has what is to be promoted.',
      beside: APPLICATIONS,
      committed: true,
      prepare: stagingAhead,
      command: 'slipway backport',
    },
    {
      code: 'DELIVERY_HOTFIX_BASE',
      when: '`slipway promote --from hotfix/limit` where the branch was made from an older master.',
      beside: APPLICATIONS,
      committed: true,
      prepare: (place) => {
        place.git('checkout', '--quiet', '-b', 'hotfix/limit')
        fixOn(place, 'hotfix/limit')
        place.git('checkout', '--quiet', 'master')
        place.commit('Release two')
      },
      run: async (place) =>
        promoteHotfix({
          repository: await opened(place),
          from: 'hotfix/limit',
          to: PRODUCTION,
          now: NOW,
          build: () => Promise.resolve(),
        }),
    },
    {
      code: 'DELIVERY_CONFLICT',
      when: '`slipway backport` where master and stg changed the same lines.',
      beside: { ...APPLICATIONS, 'limit.txt': '1\n' },
      committed: true,
      prepare: (place) => {
        place.git('checkout', '--quiet', '-b', 'stg')
        place.write('limit.txt', '2\n')
        place.commit('Raise the limit')
        fixOn(place, 'master')
      },
      command: 'slipway backport',
    },
    {
      code: 'DELIVERY_UNKNOWN_RELEASE',
      when: '`slipway rollback` to a commit that production never was at.',
      beside: APPLICATIONS,
      committed: true,
      prepare: stagingAhead,
      command: 'slipway rollback --to 0123456789',
    },
    {
      code: 'DELIVERY_DIRTY',
      when: '`slipway rollback` while master is checked out and a file of it is changed.',
      beside: { ...APPLICATIONS, 'limit.txt': '1\n' },
      committed: true,
      prepare: (place) => {
        fixOn(place, 'master')
        place.write('limit.txt', '3\n')
      },
      command: 'slipway rollback',
    },
    {
      code: 'DELIVERY_MOVED',
      when: 'Somebody commits to master while a promotion builds.',
      beside: APPLICATIONS,
      committed: true,
      prepare: (place) => {
        place.git('checkout', '--quiet', '-b', 'hotfix/limit')
        fixOn(place, 'hotfix/limit')
        place.git('checkout', '--quiet', '--detach')
      },
      run: async (place) =>
        promoteHotfix({
          repository: await opened(place),
          from: 'hotfix/limit',
          to: PRODUCTION,
          now: NOW,
          build: () => Promise.resolve(place.git('branch', '--force', 'master', place.commit('Meanwhile'))),
        }),
    },
    {
      code: 'WORKFLOW_SYNTAX',
      when: 'A workflow without jobs.',
      files: { '.github/workflows/ci.yaml': 'name: ci\non: push\njob:\n  build:\n    runs-on: ubuntu-latest\n' },
      run: (_, text) => parseWorkflow(text, '.github/workflows/ci.yaml').diagnostics,
    },
  ],
}

function pod(image: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
    - name: shop
      image: ${image}
`
}

function stagingAhead(place: Place): void {
  place.git('checkout', '--quiet', '-b', 'stg')
  place.write('README.md', 'A better shop.\n')
  place.commit('Say better')
}

function fixOn(place: Place, branch: string): void {
  place.git('checkout', '--quiet', branch)
  place.write('limit.txt', '5\n')
  place.commit('Fix the limit')
}

async function promoted(place: Place, differs: Partial<RunningState>): Promise<unknown> {
  const state = { commit: place.git('rev-parse', 'stg'), sync: 'Synced', health: 'Healthy', ...differs }
  return promote({ repository: await opened(place), from: STAGING, to: PRODUCTION, state, now: NOW })
}

async function opened(place: Place): Promise<Repository> {
  const repository = await openRepository(place.directory, { env: place.env })
  onTestFinished(() => repository.close())
  return repository
}

function settingsOf(place: Place) {
  const cacheDirectory = join(place.home, '.cache/slipway/images')
  return { cacheDirectory, log: () => undefined, hostNode: { version: process.version } }
}
