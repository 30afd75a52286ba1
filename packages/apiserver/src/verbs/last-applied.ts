import { isRecord, type KubeObject } from '@slipway/objects'

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'
const KUBECTL = 'kubectl'

/** What kubectl applied from the client before it applies on the server: k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedmanager.go. */
export function lastAppliedBy(manager: string, live: KubeObject): KubeObject | undefined {
  const text = manager === KUBECTL ? live.metadata.annotations?.[ANNOTATION] : undefined
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as KubeObject
    return isRecord(value) && value.apiVersion === live.apiVersion
      ? { ...value, metadata: isRecord(value.metadata) ? value.metadata : {} }
      : undefined
  } catch {
    return undefined
  }
}

/** Keeps the annotation in step with what kubectl applies on the server, so that a client-side apply can follow. Changes the object. */
export function rememberApplied(object: KubeObject, config: KubeObject): void {
  const { [ANNOTATION]: _, ...annotations } = config.metadata.annotations ?? {}
  const { managedFields: __, ...metadata } = config.metadata
  const applied = { ...config, metadata: { ...metadata, annotations } }
  object.metadata.annotations = { ...object.metadata.annotations, [ANNOTATION]: `${JSON.stringify(applied)}\n` }
}
