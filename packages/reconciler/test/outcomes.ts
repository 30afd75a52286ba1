import { eventually } from '@slipway/testkit'
import { expect } from 'vitest'
import { APPLICATION, type TestCluster } from './cluster.ts'

/** The ConfigMap that most tests deploy. */
export const MAP = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'x', name: 'c' }

/** Waits until an Application is as wanted: `<sync> <health> <phase of the operation>`. */
export async function reaches(cluster: TestCluster, name: string, wanted: string): Promise<void> {
  await eventually(async () => {
    const { sync, health, operationState } = await cluster.status(name)
    expect(`${sync?.status} ${health?.status} ${operationState?.phase}`).toBe(wanted)
  })
}

/** The conditions of an Application, as `type: message`. */
export async function messages(cluster: TestCluster, name: string): Promise<readonly string[]> {
  return ((await cluster.status(name)).conditions ?? []).map(({ type, message }) => `${type}: ${message}`)
}

/** Waits until the operation of an Application says this. */
export async function says(cluster: TestCluster, name: string, message: string): Promise<void> {
  await eventually(async () => expect((await cluster.status(name)).operationState?.message).toBe(message))
}

/** Merges into an Application. */
export async function change(cluster: TestCluster, name: string, body: object): Promise<void> {
  await cluster.client.patch({ ...APPLICATION, name }, { type: 'merge', body })
}

/** Waits until an object is gone. */
export async function goes(cluster: TestCluster, ref: typeof MAP): Promise<void> {
  await eventually(async () => expect(cluster.client.get(ref)).rejects.toMatchObject({ reason: 'NotFound' }))
}
