import { matchesNode, untolerated } from '../shared/node-selection.ts'
import type { Node } from '../shared/types.ts'
import type { DaemonSet } from './types.ts'
import { tolerationsOf } from './pod.ts'

/** Whether a set's pod belongs on a node, and whether one that is there may stay: daemon_controller.go, NodeShouldRunDaemonPod. */
export function verdictOn(set: DaemonSet, node: Node): { readonly run: boolean; readonly keep: boolean } {
  const { spec } = set.spec.template
  const name = spec.nodeName ?? ''
  if (name !== '' && name !== node.metadata.name) return { run: false, keep: false }
  if (!matchesNode(spec, node)) return { run: false, keep: false }
  const tolerations = tolerationsOf(set)
  if (untolerated(node.spec?.taints, tolerations, ['NoExecute']) !== undefined) return { run: false, keep: false }
  return { run: untolerated(node.spec?.taints, tolerations, ['NoSchedule']) === undefined, keep: true }
}
