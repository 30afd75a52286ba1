import { existing, type Json } from '../defaults/fields.ts'
import { configKey } from './names.ts'
import type { Place } from './place.ts'
import { frozen } from './config-map.ts'
import { IMMUTABLE, textOf } from './shared.ts'
import { jsonFault } from './json-fault.ts'

const LARGEST = 1024 * 1024
const ACCOUNT = 'kubernetes.io/service-account.name'

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidateSecret. */
export function validateSecret(object: Json, old: Json | undefined, root: Place): void {
  if (old !== undefined) {
    if (textOf(object, 'type') !== textOf(old, 'type')) root.at('type').invalid(object['type'], IMMUTABLE)
    frozen(object, old, { root, members: ['data'] })
  }
  const data = existing(object, 'data') ?? {}
  const place = root.at('data')
  let size = 0
  for (const [key, value] of Object.entries(data)) {
    place.key(key).named(key, configKey)
    size += Buffer.from(String(value), 'base64').length
  }
  if (size > LARGEST) place.tooLong(LARGEST)
  BY_TYPE.get(textOf(object, 'type'))?.(object, data, root)
}

const has = (data: Json, key: string): boolean => data[key] !== undefined

function needs(data: Json, root: Place, keys: readonly string[]): void {
  for (const key of keys) if (!has(data, key)) root.at('data').key(key).required()
}

function registry(key: string): (object: Json, data: Json, root: Place) => void {
  return (_object, data, root) => {
    const at = root.at('data').key(key)
    if (!has(data, key)) {
      at.required()
      return
    }
    const fault = jsonFault(Buffer.from(String(data[key]), 'base64').toString('utf8'))
    if (fault !== undefined) at.invalid('<secret contents redacted>', fault)
  }
}

const BY_TYPE: ReadonlyMap<string, (object: Json, data: Json, root: Place) => void> = new Map(
  Object.entries<(object: Json, data: Json, root: Place) => void>({
    'kubernetes.io/tls': (_object, data, root) => needs(data, root, ['tls.crt', 'tls.key']),
    'kubernetes.io/dockercfg': registry('.dockercfg'),
    'kubernetes.io/dockerconfigjson': registry('.dockerconfigjson'),
    'kubernetes.io/basic-auth': (_object, data, root) => {
      if (!has(data, 'username') && !has(data, 'password')) needs(data, root, ['username', 'password'])
    },
    'kubernetes.io/ssh-auth': (_object, data, root) => {
      if (textOf(data, 'ssh-privatekey') === '') root.at('data').key('ssh-privatekey').required()
    },
    'kubernetes.io/service-account-token': (object, _data, root) => {
      const annotations = existing(existing(object, 'metadata'), 'annotations')
      if (textOf(annotations, ACCOUNT) === '') root.at('metadata', 'annotations').key(ACCOUNT).required()
    },
  }),
)
