import { fromJs, GoMap, goList, types, type Value } from '@slipway/gotemplate'
import type { Chart } from '../chart.ts'
import type { Dependency, Maintainer } from '../metadata.ts'

/** The value of `.Chart`: the fields of Chart.yaml by their Go names, and `IsRoot`. */
export function chartValue(chart: Chart): GoMap {
  const { metadata } = chart
  const entries = new Map<string, Value>([
    ['Name', metadata.name],
    ['Home', metadata.home],
    ['Sources', goList([...(metadata.sources ?? [])])],
    ['Version', metadata.version],
    ['Description', metadata.description],
    ['Keywords', goList([...(metadata.keywords ?? [])])],
    ['Maintainers', goList((metadata.maintainers ?? []).filter((each) => each !== null).map(maintainerValue))],
    ['Icon', metadata.icon],
    ['APIVersion', metadata.apiVersion],
    ['Condition', metadata.condition],
    ['Tags', metadata.tags],
    ['AppVersion', metadata.appVersion],
    ['Deprecated', metadata.deprecated],
    ['Annotations', annotations(metadata.annotations)],
    ['KubeVersion', metadata.kubeVersion],
    ['Dependencies', goList((metadata.dependencies ?? []).filter((each) => each !== null).map(dependencyValue))],
    ['Type', metadata.type],
    ['IsRoot', chart.parent === undefined],
  ])
  return new GoMap(undefined, entries)
}

function annotations(given: Readonly<Record<string, string>> | undefined): GoMap {
  return new GoMap(types.STRING_MAP, new Map(Object.entries(given ?? {})), given === undefined)
}

function maintainerValue({ name, email, url }: Maintainer): GoMap {
  return new GoMap(
    undefined,
    new Map<string, Value>([
      ['Name', name],
      ['Email', email],
      ['URL', url],
    ]),
  )
}

function dependencyValue(dependency: Dependency): GoMap {
  const { name, version, repository, condition, tags, enabled, importValues, alias } = dependency
  return new GoMap(
    undefined,
    new Map<string, Value>([
      ['Name', name],
      ['Version', version],
      ['Repository', repository],
      ['Condition', condition],
      ['Tags', goList([...(tags ?? [])])],
      ['Enabled', enabled],
      ['ImportValues', goList((importValues ?? []).map(fromJs))],
      ['Alias', alias],
    ]),
  )
}
