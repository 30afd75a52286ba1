import { type Client, hasReason } from '@slipway/client'
import { type Clock, formatMicroTime, type KubeObject } from '@slipway/objects'

const LEASE = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }
const NAMESPACE = 'kube-node-lease'
// The kubelet's own numbers.
const DURATION_SECONDS = 40
const RENEW_EVERY = 10_000

/** What a heartbeat needs. */
export interface LeaseOptions {
  /** The node's name, and the lease's. */
  readonly name: string
  readonly clock: Clock
}

/**
 * Keeps the node's lease in `kube-node-lease` fresh, every ten seconds: the heartbeat by which a control plane knows that a node lives. A renewal that fails is
 * tried again with the next one. Returns how to stop.
 */
export async function keepLease(client: Client, { name, clock }: LeaseOptions): Promise<() => void> {
  const node = await client.get<KubeObject>({ apiVersion: 'v1', kind: 'Node', name })
  const owner = { apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid ?? '' }
  const spec = (): object => ({
    holderIdentity: name,
    leaseDurationSeconds: DURATION_SECONDS,
    renewTime: formatMicroTime(clock.now()),
  })
  const renew = async (): Promise<void> => {
    const body = { metadata: { ownerReferences: [owner] }, spec: spec() }
    await client
      .patch({ ...LEASE, namespace: NAMESPACE, name }, { type: 'merge', body })
      .catch(async (error: unknown) => {
        if (!hasReason(error, 'NotFound')) throw error
        await client.create({ ...LEASE, ...body, metadata: { ...body.metadata, name, namespace: NAMESPACE } })
      })
  }
  let cancel: () => void = () => undefined
  let stopped = false
  const again = (): void => {
    if (stopped) return
    cancel = clock.after(RENEW_EVERY, () => {
      // Nobody here takes pods away from a node whose lease is old: a miss costs nothing.
      renew().then(again, again)
    })
  }
  await renew()
  again()
  return () => {
    stopped = true
    cancel()
  }
}
