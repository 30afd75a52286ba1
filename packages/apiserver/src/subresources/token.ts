import { formatTime, isRecord, type ApiRequest, type ApiResponse } from '@slipway/objects'
import { readBody } from '../body.ts'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { failure, invalid, notFound } from '../status.ts'
import { keyOf, named } from '../storage.ts'
import type { Extensions } from './subresources.ts'

/** Who a service account token stands for. */
export interface TokenSubject {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** Signs and checks service account tokens. Times are seconds since 1970. */
export interface TokenIssuer {
  issue(
    subject: TokenSubject,
    claims: { readonly audiences: readonly string[]; readonly issuedAt: number; readonly expiresAt: number },
  ): string
  /** A token without an end, which holds as long as a Secret of this name has it. */
  issueForSecret(subject: TokenSubject, secret: string): string
  /** The subject of a valid token for one of the audiences, by default this server; undefined for any other text. */
  verify(token: string, now: number, audiences?: readonly string[]): TokenSubject | undefined
  /** The public keys, as a JSON Web Key Set: others can check tokens by them. */
  keys(): object
  /** The OpenID configuration of the issuer. */
  configuration(): object
}

const SHORTEST = 600
const DEFAULT_SECONDS = 3600

/** Serves `serviceaccounts/<name>/token`: `authentication/v1.TokenRequest`. */
export function createToken(
  context: CallContext & { extensions: Extensions },
  resource: ResourceDefinition,
  { request, body }: { readonly request: ResourceRequest; readonly body: ApiRequest },
): ApiResponse {
  const account = context.store.get(keyOf(resource, request))?.value
  if (account === undefined) throw notFound(named(resource), request.name)
  const { tokens } = context.extensions
  if (tokens === undefined)
    throw failure({ code: 501, reason: 'NotImplemented', message: 'this server issues no tokens' })
  const value = readBody(body)
  const spec = isRecord(value) && isRecord(value['spec']) ? value['spec'] : {}
  const seconds = Number(spec['expirationSeconds'] ?? DEFAULT_SECONDS)
  if (seconds < SHORTEST) {
    const cause = {
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${seconds}: may not specify a duration less than 10 minutes`,
      field: 'spec.expirationSeconds',
    }
    throw invalid({ group: 'authentication.k8s.io', resource: 'tokenrequests', kind: 'TokenRequest' }, '', [cause])
  }
  const issuedAt = Math.floor(context.clock.now() / 1000)
  const audiences =
    Array.isArray(spec['audiences']) && spec['audiences'].length > 0
      ? spec['audiences'].map(String)
      : ['https://kubernetes.default.svc']
  const subject = { namespace: request.namespace, name: request.name, uid: account.metadata.uid ?? '' }
  const token = tokens.issue(subject, { audiences, issuedAt, expiresAt: issuedAt + seconds })
  return {
    status: 201,
    object: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {
        name: request.name,
        namespace: request.namespace,
        creationTimestamp: formatTime(context.clock.now()),
      },
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: spec['boundObjectRef'] ?? null },
      status: { token, expirationTimestamp: formatTime((issuedAt + seconds) * 1000) },
    },
  }
}
