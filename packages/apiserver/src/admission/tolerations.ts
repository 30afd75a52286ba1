import { isRecord } from '@slipway/objects'
import type { Admission } from './admit.ts'

const SECONDS = 300
const TROUBLES = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

/** A pod stays for five minutes on a node that stops answering, unless it says otherwise. */
export function tolerateBriefTrouble({ resource, object }: Admission): void {
  if (resource.kind !== 'Pod' || resource.group !== '') return
  const spec = object['spec'] as { tolerations?: object[] }
  const given = (spec.tolerations ?? []).filter(isRecord)
  const added = TROUBLES.filter((key) => !given.some((toleration) => covers(toleration, key))).map((key) => ({
    effect: 'NoExecute',
    key,
    operator: 'Exists',
    tolerationSeconds: SECONDS,
  }))
  if (added.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...added]
}

function covers({ key = '', effect = '' }: Readonly<Record<string, unknown>>, trouble: string): boolean {
  return (key === trouble || key === '') && (effect === 'NoExecute' || effect === '')
}
