import { parseFirst } from '@slipway/yaml'
import type { Selector } from '../config/kustomization.ts'
import { failure } from '../errors.ts'
import { setNamespace } from '../filters/namespace.ts'
import { entryNode, setEntry } from '../filters/set-entry.ts'
import type { ResMap } from '../resource/resmap.ts'
import type { Resource } from '../resource/resource.ts'
import { selectResources } from '../resource/select.ts'
import { demandKind } from '../tree/fields.ts'
import type { Maker } from '../tree/node.ts'
import { lookup, splitPath } from '../tree/path.ts'
import type { Operation } from './operations/index.ts'
import { type PluginConfig, VALUE_TARGETS, decodeLoosely } from './plugin-config.ts'
import type { Site } from './site.ts'

interface ValueTarget {
  readonly selector?: Selector
  readonly fieldPath?: string
  readonly filePathPosition?: number
}

interface ValueConfig {
  readonly value?: string
  readonly targets?: readonly ValueTarget[]
  readonly targetFilePath?: string
}

/** Writes one value into fields of many resources, or into a position of a path that a field holds. */
export function addValues(site: Site, config: PluginConfig, maker: Maker): Operation {
  const { value = '', targets = [], targetFilePath = '' } = config.fields as ValueConfig
  const text = value.trim() || baseName(site)
  const all = [...targets, ...(targetFilePath === '' ? [] : targetsOf(site, targetFilePath))]
  if (all.length === 0) throw failure('must specify at least one target')
  for (const target of all) validate(target)
  return (map) => {
    for (const target of all) for (const resource of selected(map, target)) addValue(resource, { target, text, maker })
    map.touch()
  }
}

function baseName(site: Site): string {
  return site.loader.label.split('/').at(-1) ?? ''
}

function targetsOf(site: Site, path: string): readonly ValueTarget[] {
  const node = parseFirst(site.loader.loadText(path), { dialect: 'sigs', file: site.loader.fileName(path) })
  const shape = { type: 'struct', name: 'targets', fields: { targets: VALUE_TARGETS } } as const
  return (decodeLoosely(node, shape)['targets'] ?? []) as readonly ValueTarget[]
}

function validate({ fieldPath = '', filePathPosition = 0 }: ValueTarget): void {
  if (fieldPath === '') throw failure('fieldPath cannot be empty')
  if (filePathPosition < 0) throw failure(`value of FilePathPosition (${filePathPosition}) cannot be negative`)
}

function selected(map: ResMap, { selector }: ValueTarget): readonly Resource[] {
  return selector === undefined ? map.resources : selectResources(map, selector)
}

interface Addition {
  readonly target: ValueTarget
  readonly text: string
  readonly maker: Maker
}

function addValue(resource: Resource, { target, text, maker }: Addition): void {
  const { node } = resource
  const { fieldPath = '', filePathPosition = 0 } = target
  if (node === undefined) return
  if (fieldPath === 'metadata/namespace') {
    return setNamespace(node, { namespace: text, fields: [], unsetOnly: false, subjects: 'none', maker })
  }
  const found = lookup(node, splitPath(fieldPath, '/'), 'scalar')
  if (found === undefined) return
  demandKind(found, 'scalar')
  setEntry(
    found,
    '',
    entryNode(filePathPosition > 0 ? insertPart(found.value, filePathPosition - 1, text) : text, '', maker),
  )
}

// A position beyond the end means behind the last part; a leading slash stays in front.
function insertPart(path: string, position: number, part: string): string {
  const absolute = path.startsWith('/')
  const parts = path.split('/').filter((each) => each !== '')
  parts.splice(Math.min(position, parts.length), 0, part)
  return (absolute ? '/' : '') + parts.join('/')
}
