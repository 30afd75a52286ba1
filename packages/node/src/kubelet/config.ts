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
      return found === undefined ? undefined : { ...found.data, ...decoded(found.binaryData) }
    },
    secret: async (name) => {
      const found = await read('Secret', name)
      return found === undefined ? undefined : decoded(found.data)
    },
  }
}

function decoded(data: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  )
}
