import { untolerated } from '../../shared/node-selection.ts'
import type { Filter } from '../world.ts'

const CORDONED = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** A node that is cordoned takes no pod that does not tolerate that: plugins/nodeunschedulable. */
export const nodeUnschedulable: Filter = (pod, node) =>
  node.spec?.unschedulable === true && untolerated([CORDONED], pod.spec.tolerations) !== undefined
    ? { reasons: ['node(s) were unschedulable'], curable: false }
    : undefined

/** A node's taints keep pods off that do not tolerate them: plugins/tainttoleration. Since 1.36 the taint is not named any more. */
export const taintToleration: Filter = (pod, node) =>
  untolerated(node.spec?.taints, pod.spec.tolerations) === undefined
    ? undefined
    : { reasons: ['node(s) had untolerated taint(s)'], curable: false }
