import type { GeneratorEntry } from '../config/kustomization.ts'
import { placed } from '../errors.ts'
import { generateMap, mergeOptions } from '../generators/maps.ts'
import { ResMap } from '../resource/resmap.ts'
import { builtinOrigin } from './build-origin.ts'
import { extentOf } from './context.ts'
import { chartGenerator } from './charts.ts'
import { type Site, entryRange, fieldMaker } from './site.ts'
import type { Generator } from './step.ts'

/** What the generator fields of a kustomization make, in kustomize's order. */
export function builtinGenerators(site: Site): Generator[] {
  const { configMapGenerator = [], secretGenerator = [], helmCharts = [] } = site.file.content
  const origin = (kind: string): Generator['origin'] => builtinOrigin(site.origin, site.file.name, kind)
  const maps = configMapGenerator.map((entry, item) => mapGenerator(site, entry, { kind: 'ConfigMap', item }))
  const secrets = secretGenerator.map((entry, item) => mapGenerator(site, entry, { kind: 'Secret', item }))
  const charts = helmCharts.map((chart, item) =>
    chartGenerator(site, chart, fieldMaker(site, 'helmCharts', { kind: 'generator', item })),
  )
  return [
    ...maps.map((generate) => ({ generate, origin: origin('ConfigMapGenerator') })),
    ...secrets.map((generate) => ({ generate, origin: origin('SecretGenerator') })),
    ...charts.map((generate) => ({ generate, origin: origin('HelmChartInflationGenerator') })),
  ]
}

function mapGenerator(
  site: Site,
  entry: GeneratorEntry,
  at: { kind: 'ConfigMap' | 'Secret'; item: number },
): () => ResMap {
  const field = at.kind === 'ConfigMap' ? 'configMapGenerator' : 'secretGenerator'
  const { places, content } = site.file
  const make = (): ResMap =>
    new ResMap([
      generateMap({
        kind: at.kind,
        entry,
        options: mergeOptions(entry.options, content.generatorOptions),
        loader: site.loader,
        maker: fieldMaker(site, field, { kind: 'generator', item: at.item }),
        place: (list, item) => extentOf(places.ofField(entry, list, item)),
      }),
    ])
  return () => placed(entryRange(site, field, at.item), make)
}
