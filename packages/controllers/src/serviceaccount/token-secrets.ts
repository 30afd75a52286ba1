import { hasReason, type Controller } from '@slipway/client'
import { keyOf, type KubeObject } from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'

/** Signs a token for an account that holds as long as the Secret of that name has it. */
export type SignToken = (
  account: { readonly namespace: string; readonly name: string; readonly uid: string },
  secret: string,
) => string

interface Secret extends KubeObject {
  readonly type?: string
  readonly data?: Readonly<Record<string, string>>
}

interface Account extends KubeObject {
  readonly secrets?: readonly { readonly name?: string }[]
}

const TYPE = 'kubernetes.io/service-account-token'
const NAME = 'kubernetes.io/service-account.name'
const UID = 'kubernetes.io/service-account.uid'

/**
 * Fills the Secrets that ask for the token of a ServiceAccount, and deletes them with it: pkg/controller/serviceaccount/tokens_controller.go. Nobody makes such Secrets but
 * people: pods have tokens that end.
 */
export function startTokenSecretController(
  context: ControllerContext,
  options: { readonly ca: string; readonly sign: SignToken },
): Promise<Controller> {
  const secrets = context.informer<Secret>(KINDS.secret)
  const ofAccount = ({ metadata }: KubeObject): string[] =>
    secrets
      .list(metadata.namespace)
      .filter((secret) => accountOf(secret) === metadata.name)
      .map(keyOf)
  return start(context, {
    name: 'serviceaccount-token',
    sources: [
      source<Secret>(context, KINDS.secret, ({ type, object }) => {
        if (accountOf(object) === undefined) return []
        return type === 'deleted' ? [`${GONE}${keyOf(object)} ${accountOf(object) ?? ''}`] : [keyOf(object)]
      }),
      source<Account>(context, KINDS.serviceAccount, ({ object }) => ofAccount(object)),
    ],
    reconcile: async (key) => {
      if (key.startsWith(GONE)) return forget(context, key.slice(GONE.length))
      const secret = secrets.get(key)
      const name = secret === undefined ? undefined : accountOf(secret)
      if (secret === undefined || name === undefined) return undefined
      const account = await accountNamed(context, secret.metadata.namespace ?? '', name)
      const wanted = secret.metadata.annotations?.[UID]
      if (account === undefined || (wanted !== undefined && wanted !== account.metadata.uid))
        await remove(context, secret)
      else await fill(context, { secret, account, ...options })
      return undefined
    },
  })
}

const GONE = 'gone '

function accountOf({ type, metadata }: Secret): string | undefined {
  const name = metadata.annotations?.[NAME] ?? ''
  return type === TYPE && name !== '' ? name : undefined
}

// Asked of the API and not of the cache: who comes too late must not cost anybody a Secret.
async function accountNamed(context: ControllerContext, namespace: string, name: string): Promise<Account | undefined> {
  try {
    return await context.client.get<Account>({ ...KINDS.serviceAccount, namespace, name })
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  }
}

async function remove(context: ControllerContext, { metadata }: Secret): Promise<void> {
  const { namespace, name = '', uid = '' } = metadata
  await ignoringOthers(context.client.delete({ ...KINDS.secret, namespace, name }, { preconditions: { uid } }))
}

async function fill(
  context: ControllerContext,
  { secret, account, ca, sign }: { secret: Secret; account: Account; ca: string; sign: SignToken },
): Promise<void> {
  const { namespace = '', name = '' } = secret.metadata
  const encode = (text: string): string => Buffer.from(text).toString('base64')
  const { data = {} } = secret
  const authority = encode(ca)
  const complete = data['ca.crt'] === authority && (data['namespace'] ?? '') !== '' && (data['token'] ?? '') !== ''
  if (complete) return
  const { name: accountName = '', uid = '' } = account.metadata
  const token = (): string => encode(sign({ namespace, name: accountName, uid }, name))
  const annotations = { ...secret.metadata.annotations, [NAME]: accountName, [UID]: uid }
  const filled = {
    ...data,
    'ca.crt': authority,
    namespace: (data['namespace'] ?? '') === '' ? encode(namespace) : data['namespace'],
    token: (data['token'] ?? '') === '' ? token() : data['token'],
  }
  const metadata = { ...secret.metadata, annotations }
  await ignoringOthers(context.client.update({ ...secret, ...KINDS.secret, metadata, data: filled }))
}

// An account that lists a Secret which is gone lists it no more.
async function forget(context: ControllerContext, gone: string): Promise<undefined> {
  const [key = '', accountName = ''] = gone.split(' ')
  const [namespace = '', name = ''] = key.split('/')
  const account = await accountNamed(context, namespace, accountName)
  if (account?.secrets?.some((each) => each.name === name) !== true) return undefined
  const secrets = account.secrets.filter((each) => each.name !== name)
  await ignoringOthers(context.client.update({ ...account, ...KINDS.serviceAccount, secrets }))
  return undefined
}

// What changed meanwhile comes back as an event.
async function ignoringOthers(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}
