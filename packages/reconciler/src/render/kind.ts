import { ReconcilerError } from '../errors.ts'
import type { RenderedObject } from './types.ts'

/** Refuses what a renderer printed that is no object of Kubernetes, in the words of Argo CD. @throws ReconcilerError `RECONCILER_RENDER` */
export function assertKind({ object, origins }: RenderedObject): void {
  if (typeof object.kind === 'string' && object.kind !== '') return
  const message = `Object 'Kind' is missing in '${JSON.stringify(object)}'`
  const [first = ''] = Object.keys(object)
  const range = origins?.of([first])[0]?.at
  const hint = 'give the document an apiVersion and a kind, or print nothing'
  throw new ReconcilerError('RECONCILER_RENDER', `failed to unmarshal manifest: ${message}`, {
    hint,
    diagnostic: {
      code: 'RECONCILER_RENDER',
      severity: 'error',
      message,
      hint,
      ...(range === undefined ? {} : { range }),
    },
  })
}
