import { isRecord, type ApiRequest, type ApiResponse, type UserInfo } from '@slipway/objects'
import { allows, rulesFor, type Attributes } from '../authorization/rbac.ts'
import { rbacReader } from '../authorization/reader.ts'
import { readBody } from '../body.ts'
import type { ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { badRequest, failure } from '../status.ts'
import type { Extensions } from './subresources.ts'

type Context = CallContext & { extensions: Extensions }
type Handler = (
  context: Context,
  call: { readonly request: ResourceRequest; readonly body: ApiRequest },
) => ApiResponse | Promise<ApiResponse>

/** Resources that are questions: nothing of them is stored. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  'authorization.k8s.io selfsubjectaccessreviews': accessReview,
  'authorization.k8s.io subjectaccessreviews': accessReview,
  'authorization.k8s.io localsubjectaccessreviews': accessReview,
  'authorization.k8s.io selfsubjectrulesreviews': rulesReview,
  'authentication.k8s.io selfsubjectreviews': selfReview,
  'authentication.k8s.io tokenreviews': tokenReview,
}

/** The handler of a question, or of an API that is handed in, such as `metrics.k8s.io`. */
export function virtualHandler(request: ResourceRequest): Handler | undefined {
  if (request.group === 'metrics.k8s.io') return metrics
  return request.verb === 'create' ? HANDLERS[`${request.group} ${request.resource}`] : undefined
}

async function metrics(context: Context, { body }: { readonly body: ApiRequest }): Promise<ApiResponse> {
  if (context.extensions.metrics === undefined)
    throw failure({
      code: 503,
      reason: 'ServiceUnavailable',
      message: 'the server is currently unable to handle the request',
    })
  return context.extensions.metrics(body)
}

function accessReview(
  context: Context,
  { body, request }: { readonly body: ApiRequest; readonly request: ResourceRequest },
): ApiResponse {
  const review = readReview(body)
  const spec = isRecord(review['spec']) ? review['spec'] : {}
  const self = request.resource === 'selfsubjectaccessreviews'
  const user: UserInfo = self
    ? context.user
    : { username: String(spec['user'] ?? ''), groups: Array.isArray(spec['groups']) ? spec['groups'].map(String) : [] }
  const allowed = allows(rbacReader(context), user, attributesOf(spec))
  return answer(review, { allowed, ...(allowed ? { reason: '' } : {}) })
}

function rulesReview(context: Context, { body }: { readonly body: ApiRequest }): ApiResponse {
  const review = readReview(body)
  const namespace = isRecord(review['spec']) ? String(review['spec']['namespace'] ?? '') : ''
  if (namespace === '') throw badRequest('no namespace on request')
  const admin = context.user.groups.includes('system:masters')
  const all = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ]
  const rules = admin ? all : rulesFor(rbacReader(context), context.user, namespace)
  const resourceRules = rules.filter((rule) => rule.nonResourceURLs === undefined)
  const nonResourceRules = rules.filter((rule) => rule.nonResourceURLs !== undefined)
  return answer(review, { resourceRules, nonResourceRules, incomplete: false })
}

function selfReview(context: Context, { body }: { readonly body: ApiRequest }): ApiResponse {
  const { username, uid, groups } = context.user
  return answer(readReview(body), { userInfo: { username, ...(uid === undefined ? {} : { uid }), groups } })
}

function tokenReview(context: Context, { body }: { readonly body: ApiRequest }): ApiResponse {
  const review = readReview(body)
  const spec = isRecord(review['spec']) ? review['spec'] : {}
  const asked =
    Array.isArray(spec['audiences']) && spec['audiences'].length > 0 ? spec['audiences'].map(String) : undefined
  const now = Math.floor(context.clock.now() / 1000)
  const subject = context.extensions.tokens?.verify(String(spec['token'] ?? ''), now, asked)
  if (subject === undefined) return answer(review, { authenticated: false, error: 'invalid bearer token', user: {} })
  return answer(review, { authenticated: true, user: serviceAccountUser(subject) })
}

/** The user that a service account's token stands for. */
export function serviceAccountUser(subject: {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}): UserInfo {
  return {
    username: `system:serviceaccount:${subject.namespace}:${subject.name}`,
    uid: subject.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${subject.namespace}`, 'system:authenticated'],
  }
}

function readReview(body: ApiRequest): Record<string, unknown> {
  const value = readBody(body)
  if (!isRecord(value)) throw badRequest('the body is no review')
  return value
}

function answer(review: Record<string, unknown>, status: object): ApiResponse {
  return {
    status: 201,
    object: {
      ...review,
      metadata: { creationTimestamp: null, ...(isRecord(review['metadata']) ? review['metadata'] : {}) },
      status,
    },
  }
}

function attributesOf(spec: Record<string, unknown>): Attributes {
  const path = spec['nonResourceAttributes']
  if (isRecord(path)) return { kind: 'path', verb: String(path['verb'] ?? ''), path: String(path['path'] ?? '') }
  const of = isRecord(spec['resourceAttributes']) ? spec['resourceAttributes'] : {}
  const text = (name: string): string => String(of[name] ?? '')
  return {
    kind: 'resource',
    verb: text('verb'),
    group: text('group'),
    resource: text('resource'),
    subresource: text('subresource'),
    namespace: text('namespace'),
    name: text('name'),
  }
}
