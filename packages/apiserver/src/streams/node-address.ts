import { isRecord, type KubeObject } from '@slipway/objects'
import type { ServerContext } from '../server.ts'
import { failure, type StatusError } from '../status.ts'

/** Why a pod's node cannot be asked for logs or streams: there is no kubelet behind its addresses. Worded as k8s.io/kubernetes/pkg/util/node does. */
export function unreachableNode({ store }: Pick<ServerContext, 'store'>, pod: KubeObject): StatusError {
  const name = isRecord(pod['spec']) ? String(pod['spec']['nodeName'] ?? '') : ''
  const status = store.get(`/core/nodes/${name}`)?.value['status']
  const addresses = isRecord(status) && Array.isArray(status['addresses']) ? status['addresses'] : []
  const known = addresses.map((at: { type?: string; address?: string }) => `{${at.type ?? ''} ${at.address ?? ''}}`)
  const message = `no preferred addresses found; known addresses: [${known.join(' ')}]`
  return failure({ code: 500, reason: '', message })
}
