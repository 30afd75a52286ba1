// The starter on a real control plane with a real Argo CD: what README's road promises, step by step.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { discover, renderEnvironment } from '@slipway/environments'
import { buildImages, promote, promoteHotfix, rollback } from '@slipway/delivery'
import { isHook } from '@slipway/gitops'
import { openRepository } from '@slipway/git'
import { hostNpmSettings } from '@slipway/images'
import { systemClock } from '@slipway/objects'
import { readManifests } from '@slipway/argo'
import { startArgoCd } from './argocd.mjs'
import { startControlPlane } from './control-plane.mjs'
import { startMachine } from './machine.mjs'
import { processGroup, until } from './processes.mjs'

const URL_OF_STARTER = 'https://github.com/acme/shop.git'
const APPLICATION = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', namespace: 'argocd' }
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' }
const STAGING = { environment: 'staging', branch: 'stg' }
const PRODUCTION = { environment: 'production', branch: 'master' }

/** Runs the whole scenario in a folder; tells of each check with its name and, where it failed, the error. */
export async function runScenario({ folder, root, files, bin, source, tell }) {
  const group = processGroup(folder)
  const world = { folder, root, files, group, failures: 0 }
  const check = async (name, body, { needed = false } = {}) => {
    try {
      const figure = await body()
      tell({ name, ok: true, figure })
    } catch (error) {
      world.failures++
      tell({ name, ok: false, error })
      if (needed) throw new Error('what follows needs this', { cause: error })
    }
  }
  try {
    world.repository = await makeRepository(world)
    await makePlatform(world, { bin, source })
    await firstRelease(world, check)
    await bothSynced(world, check)
    await sameAsOurs(world, check)
    await drift(world, check)
    await delivery(world, check)
  } catch (error) {
    if (world.failures === 0) throw error
  } finally {
    await world.machine?.stop()
    world.repository?.close()
    await group.stop()
  }
  return world.failures
}

async function makeRepository(world) {
  const { folder, root, files } = world
  const work = join(folder, 'shop')
  const remote = `file://${join(folder, 'shop.git')}`
  for (const file of files) {
    mkdirSync(dirname(join(work, file)), { recursive: true })
    cpSync(join(root, 'starter', file), join(work, file))
    if (!file.startsWith('argocd/')) continue
    writeFileSync(join(work, file), readFileSync(join(work, file), 'utf8').replaceAll(URL_OF_STARTER, remote))
  }
  world.work = work
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=master']
  world.git = (...args) => execFileSync('git', [...identity, ...args], { cwd: work, encoding: 'utf8' }).trim()
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=master', join(folder, 'shop.git')])
  world.git('init', '--quiet')
  world.git('remote', 'add', 'origin', remote)
  world.git('add', '--all')
  world.git('commit', '--quiet', '--message', 'Start')
  world.git('branch', 'stg')
  world.git('push', '--quiet', 'origin', 'master', 'stg')
  return openRepository(work)
}

async function makePlatform(world, { bin, source }) {
  const { folder, group } = world
  const plane = await startControlPlane({ folder, bin, group })
  world.client = plane.client
  world.cacheDirectory = join(folder, 'images')
  world.machine = await startMachine({
    folder,
    client: plane.client,
    cacheDirectory: world.cacheDirectory,
    onError: () => undefined,
  })
  Object.assign(world, await startArgoCd({ folder, bin, source, group, kubeconfig: plane.kubeconfig }))
}

async function build(world, commit) {
  const images = await buildImages({
    repository: world.repository,
    commit,
    build: {
      cacheDirectory: world.cacheDirectory,
      hostNode: { version: process.version, execPath: process.execPath, path: process.env.PATH },
      npmSettings: () => hostNpmSettings(process.env, world.work),
      log: () => undefined,
    },
  })
  return images[0]
}

/** What the pipeline commits: the digest of the branch's tree in the environment's files. */
async function releaseBranch(world, { environment, branch }) {
  world.git('checkout', '--quiet', branch)
  const commit = world.git('rev-parse', 'HEAD')
  const { digest } = await build(world, commit)
  setImage(world, environment, { digest, commit })
  world.git('commit', '--quiet', '--all', '--message', `Release ${digest.slice(7, 19)} to ${environment}`)
  world.git('push', '--quiet', 'origin', branch)
  return digest
}

function setImage({ work }, environment, { digest, commit }) {
  const edit = (path, change) => writeFileSync(join(work, path), change(readFileSync(join(work, path), 'utf8')))
  edit(`deploy/environments/${environment}/image.yaml`, (text) =>
    text.replace(/digest: ".*"/, `digest: "${digest}"`).replace(/commit: ".*"/, `commit: "${commit}"`),
  )
  const component = `deploy/kustomize/overlays/${environment}/image`
  edit(`${component}/kustomization.yaml`, (text) => text.replace(/digest: .*/, `digest: ${digest}`))
  edit(`${component}/commit.yaml`, (text) => text.replace(/value: ".*"/, `value: "${commit}"`))
}

async function firstRelease(world, check) {
  const { kubectl, client } = world
  await check(
    'first release: the digest is committed to stg',
    async () => {
      world.digest = await releaseBranch(world, STAGING)
      return world.digest.slice(0, 19)
    },
    { needed: true },
  )
  await check('kubectl apply -k deploy/kustomize/overlays/staging is Healthy', async () => {
    await kubectl('create', 'namespace', 'staging')
    await kubectl('apply', '-k', join(world.work, 'deploy/kustomize/overlays/staging'))
    await until('the overlay', () => rolledOut(client, 'staging'))
    await kubectl('delete', 'namespace', 'staging', '--wait')
  })
  await check(
    'first promotion: production has the tree that stg has',
    async () => {
      await promoteTo(world)
      return world.git('rev-parse', '--short', 'master')
    },
    { needed: true },
  )
}

async function promoteTo(world) {
  const { repository } = world
  world.git('checkout', '--quiet', '--detach')
  const state = { commit: world.git('rev-parse', 'stg'), sync: 'Synced', health: 'Healthy' }
  const made = await promote({ repository, from: STAGING, to: PRODUCTION, state, now: systemClock.now() })
  world.git('push', '--quiet', 'origin', 'master')
  return made
}

async function rolledOut(client, namespace, image) {
  const { metadata, spec, status = {} } = await client.get({ ...DEPLOYMENT, namespace })
  const current = status.observedGeneration === metadata.generation && status.replicas === spec.replicas
  const all = current && status.updatedReplicas === spec.replicas && status.availableReplicas === spec.replicas
  return all && (image === undefined || spec.template.spec.containers[0].image.endsWith(image))
}

/** Asks for a refresh, as a webhook would, and waits until an Application is Synced and Healthy at a commit. */
async function settled(world, name, commit) {
  const { client } = world
  const annotations = { 'argocd.argoproj.io/refresh': 'normal' }
  await client
    .patch({ ...APPLICATION, name }, { type: 'merge', body: { metadata: { annotations } } })
    .catch(() => undefined)
  return until(
    `${name} Synced and Healthy at ${commit?.slice(0, 7)}`,
    async () => {
      const { status = {} } = await client.get({ ...APPLICATION, name })
      const revision = status.sync?.revision ?? status.sync?.revisions?.[0]
      const done = status.sync?.status === 'Synced' && status.health?.status === 'Healthy'
      const ended = status.operationState?.phase === 'Succeeded'
      if (done && ended && (commit === undefined || revision === commit)) return status
      world.last = JSON.stringify([
        status.sync?.status,
        revision,
        status.health,
        status.conditions,
        status.operationState?.message,
      ])
      throw new Error(world.last)
    },
    { within: 180_000, every: 250 },
  )
}

async function bothSynced(world, check) {
  const { kubectl, git } = world
  await check('the root Application is applied and brings project and Applications', async () => {
    await kubectl('apply', '-f', join(world.work, 'argocd/root.yaml'))
    await settled(world, 'shop-root', git('rev-parse', 'master'))
  })
  for (const { environment, branch } of [STAGING, PRODUCTION]) {
    await check(`${environment} is Synced and Healthy from ${branch}`, async () => {
      const began = Date.now()
      const status = await settled(world, environment, git('rev-parse', branch))
      const conditions = (status.conditions ?? []).map(({ type, message }) => `${type}: ${message}`)
      if (conditions.length > 0) throw new Error(conditions.join('; '))
      return `${((Date.now() - began) / 1000).toFixed(1)} s, no conditions`
    })
  }
  await check('quota and limit range are in staging only', async () => {
    const count = async (kind, namespace) =>
      (await world.client.list({ apiVersion: 'v1', kind }, { namespace })).items.length
    for (const kind of ['ResourceQuota', 'LimitRange']) {
      if ((await count(kind, 'staging')) !== 1) throw new Error(`staging has no ${kind}`)
      if ((await count(kind, 'production')) !== 0) throw new Error(`production has a ${kind}`)
    }
  })
}

async function sameAsOurs(world, check) {
  const { repository, git, cli, client } = world
  git('checkout', '--quiet', 'master')
  const { environments } = await discover(repository)
  for (const { environment, branch } of [STAGING, PRODUCTION]) {
    const found = environments.find(({ name }) => name === environment)
    await check(`argocd app manifests ${environment} equals slipway render`, async () => {
      const { objects } = await renderEnvironment(repository, found, { revision: git('rev-parse', branch) })
      const theirs = readManifests(
        await cli('app', 'manifests', environment, '--source', 'git'),
        environment,
      ).manifests.map(({ object }) => object)
      // Argo CD lists no hooks there.
      const ours = objects.filter((object) => !isHook(object))
      return compareSets(
        ours.map((object) => placed(object, environment)),
        theirs.map((object) => placed(object, environment)),
      )
    })
    await check(`what ${environment} renders to is live as it is`, async () => {
      const { objects } = await renderEnvironment(repository, found, { revision: git('rev-parse', branch) })
      for (const object of objects) {
        if (isHook(object)) continue
        const { apiVersion, kind, metadata } = object
        const live = await client.get({ apiVersion, kind, namespace: environment, name: metadata.name })
        const lost = missingFrom(
          object.spec ?? object.data ?? {},
          live.spec ?? live.data ?? {},
          kind === 'Deployment' ? ['replicas'] : [],
        )
        if (lost !== undefined) throw new Error(`${kind} ${metadata.name}: ${lost}`)
      }
      return `${objects.length} objects`
    })
  }
}

// Tracking is Argo CD's own, and a namespace that an object does not name is its Application's.
function placed(object, namespace) {
  const { annotations: { 'argocd.argoproj.io/tracking-id': _, ...annotations } = {}, ...metadata } = object.metadata
  const kept = Object.keys(annotations).length === 0 ? {} : { annotations }
  return { ...object, metadata: { ...metadata, ...kept, namespace: metadata.namespace ?? namespace } }
}

function compareSets(ours, theirs) {
  const byKey = (objects) =>
    new Map(objects.map((object) => [`${object.kind}/${object.metadata.name}`, sorted(object)]))
  const [left, right] = [byKey(ours), byKey(theirs)]
  for (const key of new Set([...left.keys(), ...right.keys()]))
    if (left.get(key) !== right.get(key)) throw new Error(`${key}\nours   ${left.get(key)}\ntheirs ${right.get(key)}`)
  return `${left.size} objects`
}

function sorted(value) {
  return JSON.stringify(value, (_, each) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}

/** The first field of what was wanted that the live object has otherwise. */
function missingFrom(wanted, live, ignored, path = '') {
  if (wanted === null || typeof wanted !== 'object')
    return sameScalar(wanted, live)
      ? undefined
      : `${path}: wanted ${JSON.stringify(wanted)}, live ${JSON.stringify(live)}`
  if (typeof live !== 'object' || live === null) return `${path}: is missing`
  for (const [key, value] of Object.entries(wanted)) {
    if (ignored.includes(key) || value === null) continue
    const lost = missingFrom(value, live[key], [], `${path}.${key}`)
    if (lost !== undefined) return lost
  }
  return undefined
}

// The API writes quantities in their canonical form.
const sameScalar = (wanted, live) =>
  wanted === live || String(wanted) === String(live) || (/^\d+[a-zA-Z]+$/.test(String(wanted)) && live !== undefined)

async function drift(world, check) {
  const { client, git, kubectl } = world
  await check('kubectl scale in staging is healed', async () => {
    await kubectl('-n', 'staging', 'scale', 'deployment/shop', '--replicas=3')
    await until('the heal', async () => (await client.get({ ...DEPLOYMENT, namespace: 'staging' })).spec.replicas === 1)
  })
  await check('a template that is removed from stg is pruned', async () => {
    git('checkout', '--quiet', 'stg')
    rmSync(join(world.work, 'deploy/chart/templates/networkpolicy.yaml'))
    git('commit', '--quiet', '--all', '--message', 'Remove the network policy')
    git('push', '--quiet', 'origin', 'stg')
    await settled(world, 'staging', git('rev-parse', 'HEAD'))
    const { items } = await client.list(
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
      { namespace: 'staging' },
    )
    if (items.length !== 0) throw new Error('it is still there')
  })
}

async function delivery(world, check) {
  const { client, git, repository } = world
  const image = async (namespace) =>
    (await client.get({ ...DEPLOYMENT, namespace })).spec.template.spec.containers[0].image.split('@')[1]
  await check('a second release reaches staging, production keeps its own', async () => {
    git('checkout', '--quiet', 'stg')
    git('revert', '--no-edit', 'HEAD')
    writeFileSync(join(world.work, 'app/src/extra.ts'), 'export const extra = 1\n')
    git('add', '--all')
    git('commit', '--quiet', '--message', 'Change the service')
    world.second = await releaseBranch(world, STAGING)
    await settled(world, 'staging', git('rev-parse', 'HEAD'))
    if ((await image('staging')) !== world.second || (await image('production')) !== world.digest)
      throw new Error('digests')
  })
  await check('promotion: production runs the digest of staging', async () => {
    await promoteTo(world)
    await settled(world, 'production', git('rev-parse', 'master'))
    if ((await image('production')) !== world.second) throw new Error(`production runs ${await image('production')}`)
  })
  await check('rollback: production runs the first digest again', async () => {
    git('checkout', '--quiet', '--detach')
    await rollback({ repository, at: PRODUCTION, now: systemClock.now() })
    git('push', '--quiet', 'origin', 'master')
    await settled(world, 'production', git('rev-parse', 'master'))
    if ((await image('production')) !== world.digest) throw new Error(`production runs ${await image('production')}`)
  })
  await check('hotfix: production runs what the hotfix branch built', async () => {
    git('checkout', '--quiet', '-b', 'hotfix/colour', 'master')
    writeFileSync(join(world.work, 'app/src/fix.ts'), 'export const fix = 1\n')
    git('add', '--all')
    git('commit', '--quiet', '--message', 'Fix')
    const commit = git('rev-parse', 'HEAD')
    const { digest } = await build(world, commit)
    setImage(world, 'production', { digest, commit })
    git('commit', '--quiet', '--all', '--message', 'Release the hotfix')
    git('checkout', '--quiet', '--detach')
    await promoteHotfix({
      repository,
      from: 'hotfix/colour',
      to: PRODUCTION,
      now: systemClock.now(),
      build: async () => undefined,
    })
    git('push', '--quiet', 'origin', 'master')
    await settled(world, 'production', git('rev-parse', 'master'))
    if ((await image('production')) !== digest) throw new Error(`production runs ${await image('production')}`)
  })
}
