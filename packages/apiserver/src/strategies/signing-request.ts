import { createPublicKey, verify } from 'node:crypto'
import { messageOf } from '@slipway/diag'
import { Causes, deepEqual, type KubeObject } from '@slipway/objects'
import type { Strategy, StrategyContext } from '../registry/definition.ts'
import { invalid } from '../status.ts'
import { derMembers, hashOf, readPem } from './pkcs10.ts'

interface Condition {
  type?: string
  status?: string
  lastUpdateTime?: string
  lastTransitionTime?: string
  [field: string]: unknown
}

interface SigningStatus {
  conditions?: Condition[]
  certificate?: string
}

interface SigningSpec {
  request?: string
  signerName?: string
  usages?: string[]
  expirationSeconds?: number
  [field: string]: unknown
}

const SHORTEST = 600
const VERDICTS = ['Approved', 'Denied']
const LASTING = [...VERDICTS, 'Failed']
const USAGES = [
  'signing',
  'digital signature',
  'content commitment',
  'key encipherment',
  'key agreement',
  'data encipherment',
  'cert sign',
  'crl sign',
  'encipher only',
  'decipher only',
  'any',
  'server auth',
  'client auth',
  'code signing',
  'email protection',
  's/mime',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'timestamping',
  'ocsp signing',
  'microsoft sgc',
  'netscape sgc',
]

/**
 * Signing requests: who asks is recorded, the request itself never changes, `approval` decides and `status` issues. Nobody signs here: that is for whoever
 * the signer's name says. Rules and words of k8s.io/kubernetes/pkg/apis/certificates/validation.
 */
export const signingRequestStrategy: Partial<Strategy> = {
  selectableFields: (object) => ({ 'spec.signerName': specOf(object).signerName ?? '' }),
  prepareForCreate: (object, { user }) => {
    const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...spec } = specOf(object)
    object['spec'] = {
      ...spec,
      username: user.username,
      groups: [...user.groups],
      ...(user.uid === undefined ? {} : { uid: user.uid }),
    }
    object['status'] = {}
    const causes = new Causes()
    checkRequest(specOf(object), causes)
    refuse(object, causes)
  },
  prepareForUpdate: (object, old, context) => {
    object['spec'] = structuredClone(old['spec'])
    if (context.subresource !== 'approval') return
    const { conditions = [] } = statusOf(object)
    object['status'] = { ...structuredClone(statusOf(old)), conditions: dated(conditions, old, context) }
    const causes = new Causes()
    checkConditions(statusOf(object), old, causes)
    refuse(object, causes)
  },
  prepareForStatusUpdate: (object, old, context) => {
    const status = statusOf(object)
    if (status.conditions !== undefined) status.conditions = dated(status.conditions, old, context)
    object['status'] = status
    const causes = new Causes()
    checkConditions(status, old, causes)
    checkVerdicts(status, old, causes)
    checkCertificate(status, old, causes)
    refuse(object, causes)
  },
}

const specOf = (object: KubeObject): SigningSpec => (object['spec'] ?? {}) as SigningSpec
const statusOf = (object: KubeObject): SigningStatus => (object['status'] ?? {}) as SigningStatus
const ofType = ({ conditions = [] }: SigningStatus, type: string): Condition[] =>
  conditions.filter((condition) => condition.type === type)

function dated(conditions: readonly Condition[], old: KubeObject, { now }: StrategyContext): Condition[] {
  return conditions.map((condition) => {
    const before = ofType(statusOf(old), condition.type ?? '').find(({ status }) => status === condition.status)
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? now,
      lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? now,
    }
  })
}

function checkRequest(spec: SigningSpec, causes: Causes): void {
  const fault = requestFault(Buffer.from(spec.request ?? '', 'base64').toString('latin1'))
  if (fault !== undefined) causes.invalid('spec.request', spec.request ?? '', fault)
  const { usages = [] } = spec
  if (usages.length === 0) causes.required('spec.usages')
  for (const [index, usage] of usages.entries()) {
    if (!USAGES.includes(usage)) causes.unsupported(`spec.usages[${index}]`, usage, USAGES)
    if (usages.indexOf(usage) < index) causes.duplicate(`spec.usages[${index}]`, usage)
  }
  const { expirationSeconds } = spec
  checkSigner(spec.signerName ?? '', causes)
  if (expirationSeconds !== undefined && expirationSeconds < SHORTEST)
    causes.invalid(
      'spec.expirationSeconds',
      expirationSeconds,
      'may not specify a duration less than 600 seconds (10 minutes)',
    )
}

function checkSigner(name: string, causes: Causes): void {
  const field = 'spec.signerName'
  if (name === '') return causes.required(field)
  if (name === 'kubernetes.io/legacy-unknown')
    return causes.invalid(field, name, 'the legacy signerName is not allowed via this API version')
  const [domain = '', path, ...rest] = name.split('/')
  if (path === undefined || rest.length > 0)
    return causes.invalid(
      field,
      name,
      "must be a fully qualified domain and path of the form 'example.com/signer-name'",
    )
  if (!domain.includes('.'))
    causes.invalid(field, domain, 'should be a domain with at least two segments separated by dots')
}

// What is signed must be signed by the key that it is for.
function requestFault(pem: string): string | undefined {
  try {
    const [block] = readPem(pem)
    if (block?.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST'
    const [info, algorithm, signature] = derMembers(block.bytes)
    const key = info === undefined ? undefined : derMembers(info)[2]
    if (info === undefined || key === undefined || algorithm === undefined || signature === undefined)
      return 'asn1: structure error: no certificate request'
    const publicKey = createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' })
    // A bit string starts with the tag, the length, and how many bits of its last byte count for nothing.
    const bits = derMembers(signature, { content: true })[0]?.subarray(1) ?? new Uint8Array()
    return verify(hashOf(algorithm), info, publicKey, bits) ? undefined : 'x509: the signature does not fit the key'
  } catch (error) {
    return messageOf(error)
  }
}

function checkConditions(status: SigningStatus, old: KubeObject, causes: Causes): void {
  const { conditions = [] } = status
  for (const [index, { type = '', status: value = '' }] of conditions.entries()) {
    const field = `status.conditions[${index}]`
    if (type === '') causes.required(`${field}.type`)
    const allowed = LASTING.includes(type) ? ['True'] : ['False', 'True', 'Unknown']
    if (value === '') causes.required(`${field}.status`)
    else if (!allowed.includes(value)) causes.unsupported(`${field}.status`, value, allowed)
    if (conditions.findIndex((other) => other.type === type) < index) causes.duplicate(`${field}.type`, type)
  }
  const [verdict] = conditions.filter(({ type = '' }) => VERDICTS.includes(type)).slice(1)
  if (verdict !== undefined && ofType(status, 'Approved').length > 0 && ofType(status, 'Denied').length > 0)
    causes.invalid('status.conditions', verdict.type, 'Approved and Denied conditions are mutually exclusive')
  for (const type of LASTING)
    if (ofType(status, type).length < ofType(statusOf(old), type).length)
      causes.forbidden('status.conditions', `updates may not remove a condition of type "${type}"`)
}

function checkVerdicts(status: SigningStatus, old: KubeObject, causes: Causes): void {
  for (const type of VERDICTS) {
    const [before, after] = [ofType(statusOf(old), type), ofType(status, type)]
    if (after.length > before.length)
      causes.forbidden('status.conditions', `updates may not add a condition of type "${type}"`)
    else if (after.length === before.length && !deepEqual(after, before))
      causes.forbidden('status.conditions', `updates may not modify a condition of type "${type}"`)
  }
}

function checkCertificate({ certificate = '' }: SigningStatus, old: KubeObject, causes: Causes): void {
  const before = statusOf(old).certificate ?? ''
  const fault = certificate === '' ? undefined : certificateFault(Buffer.from(certificate, 'base64').toString('latin1'))
  if (fault !== undefined) causes.invalid('status.certificate', '<certificate data>', fault)
  if (before !== '' && certificate !== before)
    causes.forbidden('status.certificate', 'updates may not modify existing certificate content')
}

function certificateFault(pem: string): string | undefined {
  const blocks = readPem(pem)
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block'
  const strange = blocks.find(({ type }) => type !== 'CERTIFICATE')
  if (strange !== undefined) return `only CERTIFICATE PEM blocks are allowed, found "${strange.type}"`
  return blocks.some(({ bytes }) => derMembers(bytes).length !== 3) ? 'x509: malformed certificate' : undefined
}

function refuse(object: KubeObject, causes: Causes): void {
  const list = causes.distinct()
  if (list.length === 0) return
  const of = { group: 'certificates.k8s.io', resource: '', kind: 'CertificateSigningRequest' }
  throw invalid(of, object.metadata.name ?? '', list)
}
