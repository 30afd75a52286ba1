import { parseFirst } from '@slipway/yaml'
import { BOOL, Places, STRING, STRINGS, decode, listOf } from '../config/decode.ts'
import { failure, within } from '../errors.ts'
import { normalize } from '../load/loader.ts'
import { formatId } from '../resource/gvk.ts'
import type { Resource } from '../resource/resource.ts'

/** How a KRM function is run, as its annotation says. */
export interface FunctionSpec {
  readonly container?: { readonly image?: string; readonly mounts?: readonly { readonly src?: string }[] }
  readonly exec?: { readonly path?: string; readonly args?: readonly string[]; readonly envs?: readonly string[] }
}

const MOUNT = {
  type: 'struct',
  name: 'StorageMount',
  fields: { type: STRING, src: STRING, dst: STRING, rw: BOOL },
} as const
const CONTAINER = {
  type: 'struct',
  name: 'ContainerSpec',
  fields: { image: STRING, network: BOOL, mounts: listOf(MOUNT), envs: STRINGS },
} as const
const EXEC = { type: 'struct', name: 'ExecSpec', fields: { path: STRING, args: STRINGS, envs: STRINGS } } as const
const SPEC = {
  type: 'struct',
  name: 'FunctionSpec',
  fields: { deferFailure: BOOL, container: CONTAINER, exec: EXEC },
} as const

const ANNOTATIONS = ['config.kubernetes.io/function', 'config.k8s.io/function']

/** The function that a resource configures; undefined where it configures none. Mounts must lie in the kustomization's directory. */
export function functionSpec(resource: Resource): FunctionSpec | undefined {
  const { annotations } = resource
  const name = ANNOTATIONS.find((each) => (annotations.get(each) ?? '') !== '')
  if (name === undefined) {
    const image = annotations.get('config.kubernetes.io/container') ?? ''
    return image === '' ? undefined : { container: { image } }
  }
  const spec = within(`loader: failed to get FunctionSpec: ${name} unmarshal error`, () =>
    parseSpec(annotations.get(name) ?? ''),
  )
  for (const { src = '' } of spec.container?.mounts ?? []) refuseMount(resource, src)
  return spec
}

function parseSpec(text: string): FunctionSpec {
  const node = parseFirst(text, { dialect: 'sigs' })
  const at = { places: new Places(), strict: true, coerce: true }
  return ((node === undefined ? undefined : decode(node, SPEC, at)) ?? {}) as FunctionSpec
}

function refuseMount(resource: Resource, source: string): void {
  const words = `plugin ${formatId(resource.originalId)} with mount path '${source}' is not permitted; mount paths must be`
  if (source.startsWith('/')) throw failure(`${words} relative to the current kustomization directory`)
  if (normalize(source).startsWith('..')) throw failure(`${words} under the current kustomization directory`)
}
