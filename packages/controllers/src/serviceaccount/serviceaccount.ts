import { hasReason, type Controller } from '@slipway/client'
import { keyOf, type KubeObject } from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'

const ROOT_CA = 'kube-root-ca.crt'

/** Gives every namespace its `default` ServiceAccount and the ConfigMap with the cluster's certificate authority, and gives them back when they are deleted. */
export function startServiceAccountController(
  context: ControllerContext,
  options: { readonly ca: string },
): Promise<Controller> {
  const namespaces = context.informer(KINDS.namespace)
  const inNamespace = ({ type, object }: { type: string; object: KubeObject }, name: string): string[] =>
    type === 'added' || object.metadata.name !== name ? [] : [object.metadata.namespace ?? '']
  return start(context, {
    name: 'serviceaccount',
    sources: [
      source(context, KINDS.namespace, ({ object }) => [keyOf(object)]),
      source(context, KINDS.serviceAccount, (change) => inNamespace(change, 'default')),
      source(context, KINDS.configMap, (change) => inNamespace(change, ROOT_CA)),
    ],
    reconcile: async (name) => {
      const namespace = namespaces.get(name)
      if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return undefined
      await ensure(context, { ...KINDS.serviceAccount, metadata: { name: 'default', namespace: name } })
      await ensure(context, {
        ...KINDS.configMap,
        metadata: { name: ROOT_CA, namespace: name, annotations: { 'kubernetes.io/description': DESCRIPTION } },
        data: { 'ca.crt': options.ca },
      })
      return undefined
    },
  })
}

const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

async function ensure(context: ControllerContext, object: KubeObject): Promise<void> {
  const { apiVersion, kind } = object
  const { namespace, name = '' } = object.metadata
  const present = context.informer({ apiVersion, kind }).get(`${namespace ?? ''}/${name}`)
  if (present !== undefined && JSON.stringify(present['data']) === JSON.stringify(object['data'])) return
  try {
    if (present === undefined) await context.client.create(object)
    else
      await context.client.patch(
        { apiVersion, kind, namespace, name },
        { type: 'merge', body: { data: object['data'] } },
      )
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists', 'NotFound', 'Forbidden')) throw error
  }
}
