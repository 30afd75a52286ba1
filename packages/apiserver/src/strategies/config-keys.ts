import { isRecord, type KubeObject } from '@slipway/objects'
import { invalid } from '../status.ts'

const LONGEST = 253

/**
 * Keys of ConfigMaps and Secrets become file names: none may walk, and none may be longer than a name. What characters they have is checked with the rest
 * of the object. Words of `IsConfigMapKey` in k8s.io/apimachinery.
 *
 * @throws StatusError Invalid
 */
export function assertKeys(object: KubeObject): void {
  const causes = ['data', 'binaryData'].flatMap((field) =>
    Object.keys(isRecord(object[field]) ? object[field] : {}).flatMap((key) =>
      faultsOf(key).map((fault) => ({
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${JSON.stringify(key)}: ${fault}`,
        field: `${field}[${key}]`,
      })),
    ),
  )
  if (causes.length > 0)
    throw invalid({ group: '', resource: '', kind: object.kind ?? '' }, object.metadata.name ?? '', causes)
}

function faultsOf(key: string): string[] {
  const long = key.length > LONGEST ? [`must be no more than ${LONGEST} characters`] : []
  if (key === '.' || key === '..') return [...long, `must not be '${key}'`]
  return key.startsWith('..') ? [...long, "must not start with '..'"] : long
}
