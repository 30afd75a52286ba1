import { expect } from 'vitest'
import { imageIds, registryBlobs } from './observe.ts'
import type { Sandbox } from './slipway.ts'

/** What production is after a step of the road: the tree of its branch, and the one image that all of its pods run. */
export interface Delivered {
  readonly commit: string
  readonly tree: string
  readonly imageID: string
}

const imageFile = (environment: string): string => `deploy/environments/${environment}/image.yaml`

/** Does something to production's branch and waits until production runs what came of it, for which the registry may not write a single blob. */
export async function delivered(sandbox: Sandbox, step: () => Promise<unknown>): Promise<Delivered> {
  const blobs = await registryBlobs(sandbox)
  await step()
  const commit = await sandbox.git('rev-parse', 'master')
  await sandbox.settled('production', commit)
  expect(await registryBlobs(sandbox)).toEqual(blobs)
  expect(blobs).not.toEqual([])
  return {
    commit,
    tree: await sandbox.git('rev-parse', 'master^{tree}'),
    imageID: await imageOf(sandbox, 'production'),
  }
}

/** The image of an environment's pods. */
export async function imageOf(sandbox: Sandbox, environment: string): Promise<string> {
  const ids = await imageIds(await sandbox.client(), environment)
  expect(ids).toEqual([expect.stringMatching(/@sha256:[0-9a-f]{64}$/)])
  return ids[0] ?? ''
}

/** That production has the tree of stg, with staging's image file as its own and nothing else changed, and the image of staging's pods. */
export async function expectPromoted(sandbox: Sandbox, { commit, imageID }: Delivered): Promise<void> {
  const differences = await sandbox.git('diff', '--name-only', 'stg', commit)
  expect(differences).toBe(imageFile('production'))
  expect(await sandbox.git('rev-parse', `${commit}:${imageFile('production')}`)).toBe(
    await sandbox.git('rev-parse', `stg:${imageFile('staging')}`),
  )
  expect(imageID).toBe(await imageOf(sandbox, 'staging'))
}

/** What GitHub's squash merge of a branch leaves on master: its tree in one commit with one parent, and a message without trailers. */
export async function squash(sandbox: Sandbox, branch: string): Promise<void> {
  const message = 'Release (#7)\n\nCo-authored-by: A <a@example.org>'
  const commit = await sandbox.git('commit-tree', `${branch}^{tree}`, '-p', 'master', '-m', message)
  await sandbox.git('update-ref', 'refs/heads/master', commit)
}
