import { hasReason, type Client } from '@slipway/client'
import type { KubeObject } from '@slipway/objects'
import type { ConfigReader } from '../pod/env.ts'

interface ConfigObject extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
  readonly binaryData?: Readonly<Record<string, string>>
}

/** Reads ConfigMaps and Secrets of a namespace from the API when a container starts. */
export function configReader(client: Client, namespace: string): ConfigReader {
  const read = async (kind: 'ConfigMap' | 'Secret', name: string): Promise<ConfigObject | undefined> => {
    try {
      return await client.get<ConfigObject>({ apiVersion: 'v1', kind, namespace, name })
    } catch (error) {
      if (hasReason(error, 'NotFound')) return undefined
      throw error
    }
  }
  return {
    configMap: async (name) => {
      const found = await read('ConfigMap', name)
      if (found === undefined) return undefined
      const { data = {}, binaryData } = found
      const text = Object.entries(data).map(([key, value]) => [key, Buffer.from(value)] as const)
      return { variables: Object.keys(data), bytes: { ...decoded(binaryData), ...Object.fromEntries(text) } }
    },
    secret: async (name) => {
      const found = await read('Secret', name)
      return found === undefined ? undefined : { variables: Object.keys(found.data ?? {}), bytes: decoded(found.data) }
    },
  }
}

function decoded(data: Readonly<Record<string, string>> | undefined): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]))
}
