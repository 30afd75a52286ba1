import type { KubeObject } from '@slipway/objects'
import { textAt } from '../../read.ts'
import { health, type Health } from '../status.ts'
import { byCondition, conditionsOf } from './conditions.ts'

/** Certificates and secrets that somebody else issues: cert-manager, External Secrets, Sealed Secrets, 1Password. */
export const SECRETS: Readonly<Record<string, (object: KubeObject) => Health>> = {
  'cert-manager.io/Certificate': certificateHealth,
  'cert-manager.io/Issuer': byCondition('Ready', 'Initializing issuer'),
  'cert-manager.io/ClusterIssuer': byCondition('Ready', 'Initializing ClusterIssuer'),
  'external-secrets.io/ExternalSecret': byCondition('Ready', 'Waiting for ExternalSecret'),
  'external-secrets.io/SecretStore': byCondition('Ready', 'Waiting for SecretStore'),
  'external-secrets.io/ClusterSecretStore': byCondition('Ready', 'Waiting for ClusterSecretStore'),
  'external-secrets.io/PushSecret': byCondition('Ready', 'Waiting for PushSecret'),
  'external-secrets.io/ClusterExternalSecret': clusterExternalSecretHealth,
  'bitnami.com/SealedSecret': byCondition('Synced', 'Waiting for Sealed Secret to be decrypted'),
  'onepassword.com/OnePasswordItem': byCondition('Ready', 'Waiting for controller to report status'),
}

const certificateReady = byCondition('Ready', 'Waiting for certificate')

// A certificate that is renewed is still ready, and not done.
function certificateHealth(object: KubeObject): Health {
  const issuing = conditionsOf(object).find(({ type, status }) => type === 'Issuing' && status === 'True')
  return issuing === undefined ? certificateReady(object) : health('Progressing', textAt(issuing, 'message'))
}

// Its newest condition is the last one.
function clusterExternalSecretHealth(object: KubeObject): Health {
  const last = conditionsOf(object).at(-1)
  const isTrue = last?.['status'] === 'True'
  if (isTrue && last['type'] === 'Ready') return health('Healthy', textAt(last, 'message'))
  if (isTrue && (last['type'] === 'PartiallyReady' || last['type'] === 'NotReady'))
    return health('Degraded', textAt(last, 'message'))
  return health('Progressing', 'Waiting for ClusterExternalSecret')
}
