import { BlockList, isIP } from 'node:net'
import { isRecord, type KubeObject } from '@slipway/objects'
import { invalid } from '../status.ts'

interface Range {
  readonly says: string
  readonly list: BlockList
}

const RANGES: readonly Range[] = [
  range('may not be unspecified (0.0.0.0 or ::)', ['0.0.0.0', 32], ['::', 128]),
  range('may not be in the loopback range (127.0.0.0/8, ::1/128)', ['127.0.0.0', 8], ['::1', 128]),
  range('may not be in the link-local range (169.254.0.0/16, fe80::/10)', ['169.254.0.0', 16], ['fe80::', 10]),
  range('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)', ['224.0.0.0', 24], ['ff02::', 10]),
]

function range(says: string, v4: readonly [string, number], v6: readonly [string, number]): Range {
  const list = new BlockList()
  list.addSubnet(v4[0], v4[1], 'ipv4')
  list.addSubnet(v6[0], v6[1], 'ipv6')
  return { says, list }
}

/**
 * Refuses endpoints that would make a Service a way into the machine itself: `ValidateNonSpecialIP` of k8s.io/kubernetes.
 *
 * @throws StatusError Invalid
 */
export function assertEndpoints(object: KubeObject): void {
  assertAddresses(
    object,
    listOf(object['subsets']).flatMap((subset, at) =>
      ['addresses', 'notReadyAddresses'].flatMap((name) =>
        listOf(subset[name]).map((address, index) => ({
          ip: address['ip'],
          field: `subsets[${at}].${name}[${index}].ip`,
        })),
      ),
    ),
  )
}

function assertAddresses(
  object: KubeObject,
  addresses: readonly { readonly ip: unknown; readonly field: string }[],
): void {
  const causes = addresses.flatMap(({ ip, field }) => {
    const fault = typeof ip === 'string' ? faultOf(ip) : undefined
    const message = `Invalid value: ${JSON.stringify(ip)}: ${fault}`
    return fault === undefined ? [] : [{ reason: 'FieldValueInvalid', message, field }]
  })
  if (causes.length > 0)
    throw invalid({ group: '', resource: '', kind: object.kind ?? '' }, object.metadata.name ?? '', causes)
}

function faultOf(ip: string): string | undefined {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '')
  const version = isIP(plain)
  if (version === 0) return 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
  return RANGES.find(({ list }) => list.check(plain, version === 4 ? 'ipv4' : 'ipv6'))?.says
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}
