import { posix } from 'node:path'
import { type Application, type ApplicationSource, sourcesOf } from '@slipway/argo'
import type { ValuesInput } from '@slipway/chart'
import type { SourceTree } from '@slipway/diag'

/** A chart as an Application uses it. */
export interface ChartUse {
  /** The chart's folder in the repository. */
  readonly folder: string
  /** In the order in which they are applied. */
  readonly inputs: readonly ValuesInput[]
}

/** The charts of an Application's sources, with the values that each is given. Values files that are missing are left out: the render says so. */
export function chartUses(application: Application, tree: SourceTree): readonly ChartUse[] {
  return sourcesOf(application).flatMap((source) => {
    const folder = (source.path ?? '').replace(/^\/+|\/+$/g, '')
    if (tree.stat(posix.join(folder, 'Chart.yaml')) !== 'file') return []
    return [{ folder, inputs: inputsOf(source, folder, tree) }]
  })
}

function inputsOf({ helm = {} }: ApplicationSource, folder: string, tree: SourceTree): ValuesInput[] {
  const files = (helm.valueFiles ?? []).flatMap((path): ValuesInput[] => {
    const file = located(path, folder)
    const data = tree.read(file)
    return data === undefined ? [] : [{ kind: 'file', file, text: new TextDecoder().decode(data) }]
  })
  const parameters = (helm.parameters ?? []).map(
    ({ name, value = '', forceString }): ValuesInput => ({
      kind: forceString === true ? 'set-string' : 'set',
      argument: `${name}=${value}`,
    }),
  )
  return [...files, ...inline(helm), ...parameters]
}

function inline(helm: NonNullable<ApplicationSource['helm']>): ValuesInput[] {
  if (helm.valuesObject !== undefined)
    return [{ kind: 'object', label: 'spec.source.helm.valuesObject', value: helm.valuesObject }]
  return helm.values === undefined || helm.values === ''
    ? []
    : [{ kind: 'file', file: 'spec.source.helm.values', text: helm.values }]
}

// Absolute paths start at the repository, `$ref/` at the source of that name, which here is the same repository; others at the chart.
function located(path: string, folder: string): string {
  const rooted = /^(?:\/|\$[^/]+\/)(.*)$/.exec(path)?.[1]
  return posix.normalize(rooted ?? posix.join(folder, path))
}
