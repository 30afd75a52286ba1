import { type YamlNode, parseFirst } from '@slipway/yaml'
import { Places, STRING, decode, listOf } from '../config/decode.ts'
import {
  DEFAULT_CONFIG,
  EMPTY_CONFIG,
  FIELD_LISTS,
  type FieldSpec,
  type TransformerConfig,
  mergeConfigs,
  sortSpecs,
} from '../config/field-spec.ts'
import { FIELD_SPEC, type RawFieldSpec } from '../config/kustomization.ts'
import { failure, within } from '../errors.ts'
import type { Loader } from '../load/loader.ts'
import type { Gvk } from '../resource/gvk.ts'

const LIST = { ...listOf(FIELD_SPEC), go: 'types.FsSlice' }
const REFERENCE = {
  type: 'struct',
  name: 'NameBackReferences',
  package: 'builtinconfig',
  fields: { group: STRING, version: STRING, kind: STRING, fieldSpecs: LIST },
  embedded: { group: 'Gvk', version: 'Gvk', kind: 'Gvk' },
} as const
const CONFIG = {
  type: 'struct',
  name: 'TransformerConfig',
  package: 'builtinconfig',
  fields: {
    ...Object.fromEntries(FIELD_LISTS.map((name) => [name, LIST])),
    nameReference: { ...listOf(REFERENCE), go: 'builtinconfig.nbrSlice' },
  },
} as const

interface RawReference extends Partial<Gvk> {
  readonly fieldSpecs?: readonly RawFieldSpec[]
}

type RawConfig = Partial<Record<(typeof FIELD_LISTS)[number], readonly RawFieldSpec[]>> & {
  readonly nameReference?: readonly RawReference[]
}

/** The built-in configuration with the files of `configurations` added. */
export function transformerConfig(loader: Loader, paths: readonly string[]): TransformerConfig {
  if (paths.length === 0) return DEFAULT_CONFIG
  let own = EMPTY_CONFIG
  for (const path of paths) own = mergeConfigs(own, readConfig(loader, path))
  return mergeConfigs(DEFAULT_CONFIG, own)
}

const CONVERTING = 'error converting YAML to JSON'

function readConfig(loader: Loader, path: string): TransformerConfig {
  const text = loader.loadText(path)
  const node = within(CONVERTING, () => {
    const root = parseFirst(text, { dialect: 'sigs', file: loader.fileName(path) })
    if (root !== undefined) demandDistinct(root)
    return root
  })
  if (node === undefined) return EMPTY_CONFIG
  return within('error unmarshaling JSON: while decoding JSON', () =>
    fromRaw((decode(node, CONFIG, { places: new Places(), strict: true, coerce: true }) ?? {}) as RawConfig),
  )
}

// Go's conversion to JSON is strict here: it refuses keys that are there twice, before anything else.
function demandDistinct(node: YamlNode): void {
  const problems = repeatedKeys(node)
  if (problems.length > 0) throw failure(`yaml: unmarshal errors:\n${problems.map((each) => `  ${each}`).join('\n')}`)
}

function repeatedKeys(node: YamlNode): string[] {
  if (node.kind === 'seq') return node.items.flatMap(repeatedKeys)
  if (node.kind !== 'map') return []
  const seen = new Set<string>()
  return node.entries.flatMap(({ key, value }) => {
    const below = repeatedKeys(value)
    if (key.kind !== 'scalar') return below
    const again = seen.has(key.value)
    seen.add(key.value)
    return again
      ? [...below, `line ${key.range?.start.line ?? 0}: key ${JSON.stringify(key.value)} already set in map`]
      : below
  })
}

function fromRaw(raw: RawConfig): TransformerConfig {
  const lists = Object.fromEntries(FIELD_LISTS.map((name) => [name, sortSpecs((raw[name] ?? []).map(specOf))]))
  const references = (raw.nameReference ?? []).map((each) => ({
    ...gvkOf(each),
    fieldSpecs: (each.fieldSpecs ?? []).map(specOf),
  }))
  return { ...EMPTY_CONFIG, ...lists, nameReference: sortSpecs(references) }
}

function gvkOf({ group = '', version = '', kind = '' }: Partial<Gvk>): Gvk {
  return { group, version, kind }
}

/** A field spec with what it leaves out filled in. */
export function specOf(raw: RawFieldSpec): FieldSpec {
  return { ...gvkOf(raw), path: raw.path ?? '', create: raw.create ?? false }
}
