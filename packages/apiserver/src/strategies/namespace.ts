import type { Strategy } from '../registry/definition.ts'

/** Namespaces: Active with the finalizer `kubernetes`, which the namespace controller removes when everything in them is gone. */
export const namespaceStrategy: Partial<Strategy> = {
  prepareForCreate: (object) => {
    object['status'] = { phase: 'Active' }
    const { finalizers = [] } = (object['spec'] ?? {}) as { finalizers?: readonly string[] }
    object['spec'] = { finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] }
  },
  prepareForUpdate: (object, old, context) => {
    if (context.subresource !== 'finalize') object['spec'] = structuredClone(old['spec'])
    object['status'] = structuredClone(old['status'])
  },
  selectableFields: (object) => ({
    'status.phase': String((object['status'] as { phase?: string } | undefined)?.phase ?? ''),
  }),
}
