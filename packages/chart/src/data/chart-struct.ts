import {
  fromJs,
  GoMap,
  GoPointer,
  GoSlice,
  GoStruct,
  goList,
  type GoType,
  types,
  type Value,
} from '@slipway/gotemplate'
import type { Chart } from '../chart.ts'
import type { Dependency, Maintainer } from '../metadata.ts'

const { ANY_SLICE, BOOL, STRING, STRING_MAP, STRING_SLICE, defineType, pointerTo, sliceOf } = types

/** A struct whose JSON names are its fields' in lower case, but for those that are given. */
function struct(
  name: string,
  fields: Readonly<Record<string, GoType>>,
  json: Readonly<Record<string, string>> = {},
): GoType {
  const list = Object.entries(fields).map(([field, type]) => {
    const tag = json[field] ?? `${field.charAt(0).toLowerCase()}${field.slice(1)},omitempty`
    return { name: field, type, json: tag }
  })
  return defineType({ name, kind: 'struct', fields: list })
}

const MAINTAINER = struct('chart.Maintainer', { Name: STRING, Email: STRING, URL: STRING }, { URL: 'url,omitempty' })
const DEPENDENCY = struct(
  'chart.Dependency',
  {
    Name: STRING,
    Version: STRING,
    Repository: STRING,
    Condition: STRING,
    Tags: STRING_SLICE,
    Enabled: BOOL,
    ImportValues: ANY_SLICE,
    Alias: STRING,
  },
  { Name: 'name', Repository: 'repository', ImportValues: 'import-values,omitempty' },
)
const METADATA = struct(
  'struct { chart.Metadata; IsRoot bool }',
  {
    Name: STRING,
    Home: STRING,
    Sources: STRING_SLICE,
    Version: STRING,
    Description: STRING,
    Keywords: STRING_SLICE,
    Maintainers: sliceOf(pointerTo(MAINTAINER)),
    Icon: STRING,
    APIVersion: STRING,
    Condition: STRING,
    Tags: STRING,
    AppVersion: STRING,
    Deprecated: BOOL,
    Annotations: STRING_MAP,
    KubeVersion: STRING,
    Dependencies: sliceOf(pointerTo(DEPENDENCY)),
    Type: STRING,
    IsRoot: BOOL,
  },
  { APIVersion: 'apiVersion,omitempty', IsRoot: 'IsRoot' },
)

/** The value of `.Chart` in Helm 3: a struct, where Helm 4 has a map. */
export function chartStruct(chart: Chart): GoStruct {
  const { metadata } = chart
  const { annotations } = metadata
  return new GoStruct(
    METADATA,
    new Map<string, Value>([
      ['Name', metadata.name],
      ['Home', metadata.home],
      ['Sources', strings(metadata.sources)],
      ['Version', metadata.version],
      ['Description', metadata.description],
      ['Keywords', strings(metadata.keywords)],
      ['Maintainers', pointers(MAINTAINER, metadata.maintainers, maintainerFields)],
      ['Icon', metadata.icon],
      ['APIVersion', metadata.apiVersion],
      ['Condition', metadata.condition],
      ['Tags', metadata.tags],
      ['AppVersion', metadata.appVersion],
      ['Deprecated', metadata.deprecated],
      ['Annotations', new GoMap(STRING_MAP, new Map(Object.entries(annotations ?? {})), annotations === undefined)],
      ['KubeVersion', metadata.kubeVersion],
      ['Dependencies', pointers(DEPENDENCY, metadata.dependencies, dependencyFields)],
      ['Type', metadata.type],
      ['IsRoot', chart.parent === undefined],
    ]),
  )
}

function strings(list: readonly string[] | undefined): GoSlice {
  return new GoSlice(STRING_SLICE, [...(list ?? [])], { isNil: list === undefined })
}

function pointers<T>(
  type: GoType,
  list: readonly (T | null)[] | undefined,
  fields: (item: T) => [string, Value][],
): GoSlice {
  const pointer = pointerTo(type)
  const items = (list ?? [])
    .filter((item) => item !== null)
    .map((item) => new GoPointer(pointer, new GoStruct(type, new Map(fields(item)))))
  return new GoSlice(sliceOf(pointer), items, { isNil: list === undefined })
}

function maintainerFields({ name, email, url }: Maintainer): [string, Value][] {
  return [
    ['Name', name],
    ['Email', email],
    ['URL', url],
  ]
}

function dependencyFields(each: Dependency): [string, Value][] {
  return [
    ['Name', each.name],
    ['Version', each.version],
    ['Repository', each.repository],
    ['Condition', each.condition],
    ['Tags', strings(each.tags)],
    ['Enabled', each.enabled],
    ['ImportValues', goList((each.importValues ?? []).map(fromJs))],
    ['Alias', each.alias],
  ]
}
