import { expect, test } from 'vitest'
import { failureOf } from '../build.ts'

// One wrong value for each field that a kustomization may have: what stands there, what it is, the field and its type, recorded from the real tool. Its
// decoder names the innermost struct, the fields from the outermost one, and the structs that a field comes from by embedding.
const WRONG = `
apiVersion: {z: 1} | object | Kustomization.TypeMeta.apiVersion | string
kind: [[[]]] | array | Kustomization.TypeMeta.kind | string
metadata: 1 | number | Kustomization.metadata | types.ObjectMeta
metadata: {name: true} | bool | ObjectMeta.metadata.name | string
metadata: {namespace: {z: 1}} | object | ObjectMeta.metadata.namespace | string
metadata: {labels: {z: 1}} | number | ObjectMeta.metadata.labels | string
metadata: {labels: {k: 1}} | number | ObjectMeta.metadata.labels | string
metadata: {annotations: 1} | number | ObjectMeta.metadata.annotations | map[string]string
metadata: {annotations: {k: {z: 1}}} | object | ObjectMeta.metadata.annotations | string
openapi: text | string | Kustomization.openapi | map[string]string
openapi: {k: 1} | number | Kustomization.openapi | string
namePrefix: true | bool | Kustomization.namePrefix | string
nameSuffix: {z: 1} | object | Kustomization.nameSuffix | string
namespace: [[[]]] | array | Kustomization.namespace | string
commonLabels: text | string | Kustomization.commonLabels | map[string]string
commonLabels: {k: true} | bool | Kustomization.commonLabels | string
labels: [[[]]] | array | Kustomization.labels | types.Label
labels: [1] | number | Kustomization.labels | types.Label
labels: [{pairs: true}] | bool | Label.labels.pairs | map[string]string
labels: [{pairs: {k: true}}] | bool | Label.labels.pairs | string
labels: [{includeSelectors: {z: 1}}] | object | Label.labels.includeSelectors | bool
labels: [{includeTemplates: [[[]]]}] | array | Label.labels.includeTemplates | bool
labels: [{includeVolumeClaimTemplates: 1}] | number | Label.labels.includeVolumeClaimTemplates | bool
labels: [{fields: true}] | bool | Label.labels.fields | []types.FieldSpec
labels: [{fields: [text]}] | string | Label.labels.fields | types.FieldSpec
labels: [{fields: [{group: [[[]]]}]}] | array | FieldSpec.labels.fields.Gvk.group | string
labels: [{fields: [{version: 1}]}] | number | FieldSpec.labels.fields.Gvk.version | string
labels: [{fields: [{kind: true}]}] | bool | FieldSpec.labels.fields.Gvk.kind | string
labels: [{fields: [{path: {z: 1}}]}] | object | FieldSpec.labels.fields.path | string
labels: [{fields: [{create: [[[]]]}]}] | array | FieldSpec.labels.fields.create | bool
commonAnnotations: {z: 1} | number | Kustomization.commonAnnotations | string
commonAnnotations: {k: true} | bool | Kustomization.commonAnnotations | string
patchesStrategicMerge: 1 | number | Kustomization.patchesStrategicMerge | []types.PatchStrategicMerge
patchesStrategicMerge: [[[[]]]] | array | Kustomization.patchesStrategicMerge | types.PatchStrategicMerge
patchesJson6902: text | string | Kustomization.patchesJson6902 | []types.Patch
patchesJson6902: [{path: {z: 1}}] | object | Patch.patchesJson6902.path | string
patchesJson6902: [{patch: [[[]]]}] | array | Patch.patchesJson6902.patch | string
patchesJson6902: [{target: true}] | bool | Patch.patchesJson6902.target | types.Selector
patchesJson6902: [{target: {group: true}}] | bool | Selector.patchesJson6902.target.ResId.Gvk.group | string
patchesJson6902: [{target: {version: {z: 1}}}] | object | Selector.patchesJson6902.target.ResId.Gvk.version | string
patchesJson6902: [{target: {kind: [[[]]]}}] | array | Selector.patchesJson6902.target.ResId.Gvk.kind | string
patchesJson6902: [{target: {name: 1}}] | number | Selector.patchesJson6902.target.ResId.name | string
patchesJson6902: [{target: {namespace: true}}] | bool | Selector.patchesJson6902.target.ResId.namespace | string
patchesJson6902: [{target: {annotationSelector: {z: 1}}}] | object | Selector.patchesJson6902.target.annotationSelector | string
patchesJson6902: [{target: {labelSelector: [[[]]]}}] | array | Selector.patchesJson6902.target.labelSelector | string
patchesJson6902: [{options: [[[]]]}] | array | Patch.patchesJson6902.options | types.PatchArgs
patchesJson6902: [{options: {allowNameChange: text}}] | string | PatchArgs.patchesJson6902.options.allowNameChange | bool
patchesJson6902: [{options: {allowKindChange: {z: 1}}}] | object | PatchArgs.patchesJson6902.options.allowKindChange | bool
patches: text | string | Kustomization.patches | []types.Patch
patches: [{path: true}] | bool | Patch.patches.path | string
patches: [{patch: {z: 1}}] | object | Patch.patches.patch | string
patches: [{target: true}] | bool | Patch.patches.target | types.Selector
patches: [{target: {group: 1}}] | number | Selector.patches.target.ResId.Gvk.group | string
patches: [{target: {version: true}}] | bool | Selector.patches.target.ResId.Gvk.version | string
patches: [{target: {kind: {z: 1}}}] | object | Selector.patches.target.ResId.Gvk.kind | string
patches: [{target: {name: [[[]]]}}] | array | Selector.patches.target.ResId.name | string
patches: [{target: {namespace: 1}}] | number | Selector.patches.target.ResId.namespace | string
patches: [{target: {annotationSelector: true}}] | bool | Selector.patches.target.annotationSelector | string
patches: [{target: {labelSelector: {z: 1}}}] | object | Selector.patches.target.labelSelector | string
patches: [{options: [[[]]]}] | array | Patch.patches.options | types.PatchArgs
patches: [{options: {allowNameChange: 1}}] | number | PatchArgs.patches.options.allowNameChange | bool
patches: [{options: {allowKindChange: text}}] | string | PatchArgs.patches.options.allowKindChange | bool
images: text | string | Kustomization.images | []types.Image
images: [{name: 1}] | number | Image.images.name | string
images: [{newName: true}] | bool | Image.images.newName | string
images: [{tagSuffix: {z: 1}}] | object | Image.images.tagSuffix | string
images: [{newTag: [[[]]]}] | array | Image.images.newTag | string
images: [{digest: 1}] | number | Image.images.digest | string
imageTags: [[[]]] | array | Kustomization.imageTags | types.Image
imageTags: [1] | number | Kustomization.imageTags | types.Image
imageTags: [{name: [[[]]]}] | array | Image.imageTags.name | string
imageTags: [{newName: 1}] | number | Image.imageTags.newName | string
imageTags: [{tagSuffix: true}] | bool | Image.imageTags.tagSuffix | string
imageTags: [{newTag: {z: 1}}] | object | Image.imageTags.newTag | string
imageTags: [{digest: [[[]]]}] | array | Image.imageTags.digest | string
replacements: true | bool | Kustomization.replacements | []types.ReplacementField
replacements: [text] | string | Kustomization.replacements | types.ReplacementField
replacements: [{source: {group: [[[]]]}}] | array | SourceSelector.replacements.Replacement.source.ResId.Gvk.group | string
replacements: [{source: {version: 1}}] | number | SourceSelector.replacements.Replacement.source.ResId.Gvk.version | string
replacements: [{source: {kind: true}}] | bool | SourceSelector.replacements.Replacement.source.ResId.Gvk.kind | string
replacements: [{source: {name: {z: 1}}}] | object | SourceSelector.replacements.Replacement.source.ResId.name | string
replacements: [{source: {namespace: [[[]]]}}] | array | SourceSelector.replacements.Replacement.source.ResId.namespace | string
replacements: [{source: {fieldPath: 1}}] | number | SourceSelector.replacements.Replacement.source.fieldPath | string
replacements: [{source: {options: 1}}] | number | SourceSelector.replacements.Replacement.source.options | types.FieldOptions
replacements: [{source: {options: {delimiter: {z: 1}}}}] | object | FieldOptions.replacements.Replacement.source.options.delimiter | string
replacements: [{source: {options: {index: [[[]]]}}}] | array | FieldOptions.replacements.Replacement.source.options.index | int
replacements: [{source: {options: {encoding: 1}}}] | number | FieldOptions.replacements.Replacement.source.options.encoding | string
replacements: [{source: {options: {create: text}}}] | string | FieldOptions.replacements.Replacement.source.options.create | bool
replacements: [{targets: 1}] | number | ReplacementField.replacements.Replacement.targets | []*types.TargetSelector
replacements: [{targets: [true]}] | bool | ReplacementField.replacements.Replacement.targets | types.TargetSelector
replacements: [{targets: [{select: text}]}] | string | TargetSelector.replacements.Replacement.targets.select | types.Selector
replacements: [{targets: [{select: {group: true}}]}] | bool | Selector.replacements.Replacement.targets.select.ResId.Gvk.group | string
replacements: [{targets: [{select: {version: {z: 1}}}]}] | object | Selector.replacements.Replacement.targets.select.ResId.Gvk.version | string
replacements: [{targets: [{select: {kind: [[[]]]}}]}] | array | Selector.replacements.Replacement.targets.select.ResId.Gvk.kind | string
replacements: [{targets: [{select: {name: 1}}]}] | number | Selector.replacements.Replacement.targets.select.ResId.name | string
replacements: [{targets: [{select: {namespace: true}}]}] | bool | Selector.replacements.Replacement.targets.select.ResId.namespace | string
replacements: [{targets: [{select: {annotationSelector: {z: 1}}}]}] | object | Selector.replacements.Replacement.targets.select.annotationSelector | string
replacements: [{targets: [{select: {labelSelector: [[[]]]}}]}] | array | Selector.replacements.Replacement.targets.select.labelSelector | string
replacements: [{targets: [{reject: 1}]}] | number | TargetSelector.replacements.Replacement.targets.reject | []*types.Selector
replacements: [{targets: [{reject: [true]}]}] | bool | TargetSelector.replacements.Replacement.targets.reject | types.Selector
replacements: [{targets: [{reject: [{group: {z: 1}}]}]}] | object | Selector.replacements.Replacement.targets.reject.ResId.Gvk.group | string
replacements: [{targets: [{reject: [{version: [[[]]]}]}]}] | array | Selector.replacements.Replacement.targets.reject.ResId.Gvk.version | string
replacements: [{targets: [{reject: [{kind: 1}]}]}] | number | Selector.replacements.Replacement.targets.reject.ResId.Gvk.kind | string
replacements: [{targets: [{reject: [{name: true}]}]}] | bool | Selector.replacements.Replacement.targets.reject.ResId.name | string
replacements: [{targets: [{reject: [{namespace: {z: 1}}]}]}] | object | Selector.replacements.Replacement.targets.reject.ResId.namespace | string
replacements: [{targets: [{reject: [{annotationSelector: [[[]]]}]}]}] | array | Selector.replacements.Replacement.targets.reject.annotationSelector | string
replacements: [{targets: [{reject: [{labelSelector: 1}]}]}] | number | Selector.replacements.Replacement.targets.reject.labelSelector | string
replacements: [{targets: [{fieldPaths: [[[]]]}]}] | array | TargetSelector.replacements.Replacement.targets.fieldPaths | string
replacements: [{targets: [{fieldPaths: [{z: 1}]}]}] | object | TargetSelector.replacements.Replacement.targets.fieldPaths | string
replacements: [{targets: [{options: true}]}] | bool | TargetSelector.replacements.Replacement.targets.options | types.FieldOptions
replacements: [{targets: [{options: {delimiter: 1}}]}] | number | FieldOptions.replacements.Replacement.targets.options.delimiter | string
replacements: [{targets: [{options: {index: text}}]}] | string | FieldOptions.replacements.Replacement.targets.options.index | int
replacements: [{targets: [{options: {encoding: {z: 1}}}]}] | object | FieldOptions.replacements.Replacement.targets.options.encoding | string
replacements: [{targets: [{options: {create: [[[]]]}}]}] | array | FieldOptions.replacements.Replacement.targets.options.create | bool
replacements: [{sourceValue: 1}] | number | ReplacementField.replacements.Replacement.sourceValue | string
replacements: [{path: true}] | bool | ReplacementField.replacements.path | string
replicas: {z: 1} | object | Kustomization.replicas | []types.Replica
replicas: [[[[]]]] | array | Kustomization.replicas | types.Replica
replicas: [{name: 1}] | number | Replica.replicas.name | string
replicas: [{count: text}] | string | Replica.replicas.count | int64
vars: text | string | Kustomization.vars | []types.Var
vars: [{name: 1}] | number | Var.vars.name | string
vars: [{objref: 1}] | number | Var.vars.objref | types.Target
vars: [{objref: {apiVersion: {z: 1}}}] | object | Target.vars.objref.apiVersion | string
vars: [{objref: {group: [[[]]]}}] | array | Target.vars.objref.Gvk.group | string
vars: [{objref: {version: 1}}] | number | Target.vars.objref.Gvk.version | string
vars: [{objref: {kind: true}}] | bool | Target.vars.objref.Gvk.kind | string
vars: [{objref: {name: {z: 1}}}] | object | Target.vars.objref.name | string
vars: [{objref: {namespace: [[[]]]}}] | array | Target.vars.objref.namespace | string
vars: [{fieldref: text}] | string | Var.vars.fieldref | types.FieldSelector
vars: [{fieldref: {fieldPath: true}}] | bool | FieldSelector.vars.fieldref.fieldPath | string
sortOptions: [[[]]] | array | Kustomization.sortOptions | types.SortOptions
sortOptions: {order: [[[]]]} | array | SortOptions.sortOptions.order | types.SortOrder
sortOptions: {legacySortOptions: true} | bool | SortOptions.sortOptions.legacySortOptions | types.LegacySortOptions
sortOptions: {legacySortOptions: {orderFirst: text}} | string | LegacySortOptions.sortOptions.legacySortOptions.orderFirst | []string
sortOptions: {legacySortOptions: {orderFirst: [{z: 1}]}} | object | LegacySortOptions.sortOptions.legacySortOptions.orderFirst | string
sortOptions: {legacySortOptions: {orderLast: [[[]]]}} | array | LegacySortOptions.sortOptions.legacySortOptions.orderLast | string
sortOptions: {legacySortOptions: {orderLast: [1]}} | number | LegacySortOptions.sortOptions.legacySortOptions.orderLast | string
resources: true | bool | Kustomization.resources | []string
resources: [{z: 1}] | object | Kustomization.resources | string
components: {z: 1} | object | Kustomization.components | []string
components: [1] | number | Kustomization.components | string
crds: 1 | number | Kustomization.crds | []string
crds: [{z: 1}] | object | Kustomization.crds | string
bases: text | string | Kustomization.bases | []string
bases: [1] | number | Kustomization.bases | string
configMapGenerator: [[[]]] | array | Kustomization.configMapGenerator | types.ConfigMapArgs
configMapGenerator: [1] | number | Kustomization.configMapGenerator | types.ConfigMapArgs
configMapGenerator: [{namespace: [[[]]]}] | array | ConfigMapArgs.configMapGenerator.GeneratorArgs.namespace | string
configMapGenerator: [{name: 1}] | number | ConfigMapArgs.configMapGenerator.GeneratorArgs.name | string
configMapGenerator: [{behavior: true}] | bool | ConfigMapArgs.configMapGenerator.GeneratorArgs.behavior | string
configMapGenerator: [{literals: [[[]]]}] | array | ConfigMapArgs.configMapGenerator.GeneratorArgs.KvPairSources.literals | string
configMapGenerator: [{literals: [[[[]]]]}] | array | ConfigMapArgs.configMapGenerator.GeneratorArgs.KvPairSources.literals | string
configMapGenerator: [{files: true}] | bool | ConfigMapArgs.configMapGenerator.GeneratorArgs.KvPairSources.files | []string
configMapGenerator: [{files: [true]}] | bool | ConfigMapArgs.configMapGenerator.GeneratorArgs.KvPairSources.files | string
configMapGenerator: [{envs: {z: 1}}] | object | ConfigMapArgs.configMapGenerator.GeneratorArgs.KvPairSources.envs | []string
configMapGenerator: [{envs: [[[[]]]]}] | array | ConfigMapArgs.configMapGenerator.GeneratorArgs.KvPairSources.envs | string
configMapGenerator: [{env: 1}] | number | ConfigMapArgs.configMapGenerator.GeneratorArgs.KvPairSources.env | string
configMapGenerator: [{options: true}] | bool | ConfigMapArgs.configMapGenerator.GeneratorArgs.options | types.GeneratorOptions
configMapGenerator: [{options: {labels: text}}] | string | GeneratorOptions.configMapGenerator.GeneratorArgs.options.labels | map[string]string
configMapGenerator: [{options: {labels: {k: [[[]]]}}}] | array | GeneratorOptions.configMapGenerator.GeneratorArgs.options.labels | string
configMapGenerator: [{options: {annotations: [[[]]]}}] | array | GeneratorOptions.configMapGenerator.GeneratorArgs.options.annotations | map[string]string
configMapGenerator: [{options: {annotations: {k: true}}}] | bool | GeneratorOptions.configMapGenerator.GeneratorArgs.options.annotations | string
configMapGenerator: [{options: {disableNameSuffixHash: {z: 1}}}] | object | GeneratorOptions.configMapGenerator.GeneratorArgs.options.disableNameSuffixHash | bool
configMapGenerator: [{options: {immutable: [[[]]]}}] | array | GeneratorOptions.configMapGenerator.GeneratorArgs.options.immutable | bool
secretGenerator: {z: 1} | object | Kustomization.secretGenerator | []types.SecretArgs
secretGenerator: [[[[]]]] | array | Kustomization.secretGenerator | types.SecretArgs
secretGenerator: [{namespace: {z: 1}}] | object | SecretArgs.secretGenerator.GeneratorArgs.namespace | string
secretGenerator: [{name: [[[]]]}] | array | SecretArgs.secretGenerator.GeneratorArgs.name | string
secretGenerator: [{behavior: 1}] | number | SecretArgs.secretGenerator.GeneratorArgs.behavior | string
secretGenerator: [{literals: {z: 1}}] | object | SecretArgs.secretGenerator.GeneratorArgs.KvPairSources.literals | []string
secretGenerator: [{literals: [{z: 1}]}] | object | SecretArgs.secretGenerator.GeneratorArgs.KvPairSources.literals | string
secretGenerator: [{files: 1}] | number | SecretArgs.secretGenerator.GeneratorArgs.KvPairSources.files | []string
secretGenerator: [{files: [1]}] | number | SecretArgs.secretGenerator.GeneratorArgs.KvPairSources.files | string
secretGenerator: [{envs: text}] | string | SecretArgs.secretGenerator.GeneratorArgs.KvPairSources.envs | []string
secretGenerator: [{envs: [{z: 1}]}] | object | SecretArgs.secretGenerator.GeneratorArgs.KvPairSources.envs | string
secretGenerator: [{env: [[[]]]}] | array | SecretArgs.secretGenerator.GeneratorArgs.KvPairSources.env | string
secretGenerator: [{options: 1}] | number | SecretArgs.secretGenerator.GeneratorArgs.options | types.GeneratorOptions
secretGenerator: [{options: {labels: true}}] | bool | GeneratorOptions.secretGenerator.GeneratorArgs.options.labels | map[string]string
secretGenerator: [{options: {labels: {k: {z: 1}}}}] | object | GeneratorOptions.secretGenerator.GeneratorArgs.options.labels | string
secretGenerator: [{options: {annotations: {z: 1}}}] | number | GeneratorOptions.secretGenerator.GeneratorArgs.options.annotations | string
secretGenerator: [{options: {annotations: {k: 1}}}] | number | GeneratorOptions.secretGenerator.GeneratorArgs.options.annotations | string
secretGenerator: [{options: {disableNameSuffixHash: text}}] | string | GeneratorOptions.secretGenerator.GeneratorArgs.options.disableNameSuffixHash | bool
secretGenerator: [{options: {immutable: {z: 1}}}] | object | GeneratorOptions.secretGenerator.GeneratorArgs.options.immutable | bool
secretGenerator: [{type: [[[]]]}] | array | SecretArgs.secretGenerator.type | string
helmGlobals: {chartHome: true} | bool | HelmGlobals.helmGlobals.chartHome | string
helmGlobals: {configHome: {z: 1}} | object | HelmGlobals.helmGlobals.configHome | string
helmCharts: true | bool | Kustomization.helmCharts | []types.HelmChart
helmCharts: [text] | string | Kustomization.helmCharts | types.HelmChart
helmCharts: [{name: true}] | bool | HelmChart.helmCharts.name | string
helmCharts: [{version: {z: 1}}] | object | HelmChart.helmCharts.version | string
helmCharts: [{repo: [[[]]]}] | array | HelmChart.helmCharts.repo | string
helmCharts: [{releaseName: 1}] | number | HelmChart.helmCharts.releaseName | string
helmCharts: [{namespace: true}] | bool | HelmChart.helmCharts.namespace | string
helmCharts: [{additionalValuesFiles: {z: 1}}] | object | HelmChart.helmCharts.additionalValuesFiles | []string
helmCharts: [{additionalValuesFiles: [[[[]]]]}] | array | HelmChart.helmCharts.additionalValuesFiles | string
helmCharts: [{valuesFile: 1}] | number | HelmChart.helmCharts.valuesFile | string
helmCharts: [{valuesInline: text}] | string | HelmChart.helmCharts.valuesInline | map[string]interface {}
helmCharts: [{valuesMerge: {z: 1}}] | object | HelmChart.helmCharts.valuesMerge | string
helmCharts: [{includeCRDs: [[[]]]}] | array | HelmChart.helmCharts.includeCRDs | bool
helmCharts: [{skipHooks: 1}] | number | HelmChart.helmCharts.skipHooks | bool
helmCharts: [{apiVersions: 1}] | number | HelmChart.helmCharts.apiVersions | []string
helmCharts: [{apiVersions: [{z: 1}]}] | object | HelmChart.helmCharts.apiVersions | string
helmCharts: [{kubeVersion: [[[]]]}] | array | HelmChart.helmCharts.kubeVersion | string
helmCharts: [{nameTemplate: 1}] | number | HelmChart.helmCharts.nameTemplate | string
helmCharts: [{skipTests: text}] | string | HelmChart.helmCharts.skipTests | bool
helmCharts: [{debug: {z: 1}}] | object | HelmChart.helmCharts.debug | bool
helmCharts: [{devel: [[[]]]}] | array | HelmChart.helmCharts.devel | bool
helmChartInflationGenerator: text | string | Kustomization.helmChartInflationGenerator | []types.HelmChartArgs
helmChartInflationGenerator: [{chartName: {z: 1}}] | object | HelmChartArgs.helmChartInflationGenerator.chartName | string
helmChartInflationGenerator: [{chartVersion: [[[]]]}] | array | HelmChartArgs.helmChartInflationGenerator.chartVersion | string
helmChartInflationGenerator: [{chartRepoUrl: 1}] | number | HelmChartArgs.helmChartInflationGenerator.chartRepoUrl | string
helmChartInflationGenerator: [{chartHome: true}] | bool | HelmChartArgs.helmChartInflationGenerator.chartHome | string
helmChartInflationGenerator: [{chartRepoName: {z: 1}}] | object | HelmChartArgs.helmChartInflationGenerator.chartRepoName | string
helmChartInflationGenerator: [{helmBin: [[[]]]}] | array | HelmChartArgs.helmChartInflationGenerator.helmBin | string
helmChartInflationGenerator: [{helmHome: 1}] | number | HelmChartArgs.helmChartInflationGenerator.helmHome | string
helmChartInflationGenerator: [{values: true}] | bool | HelmChartArgs.helmChartInflationGenerator.values | string
helmChartInflationGenerator: [{valuesLocal: [[[]]]}] | array | HelmChartArgs.helmChartInflationGenerator.valuesLocal | map[string]interface {}
helmChartInflationGenerator: [{valuesMerge: [[[]]]}] | array | HelmChartArgs.helmChartInflationGenerator.valuesMerge | string
helmChartInflationGenerator: [{releaseName: 1}] | number | HelmChartArgs.helmChartInflationGenerator.releaseName | string
helmChartInflationGenerator: [{releaseNamespace: true}] | bool | HelmChartArgs.helmChartInflationGenerator.releaseNamespace | string
helmChartInflationGenerator: [{extraArgs: true}] | bool | HelmChartArgs.helmChartInflationGenerator.extraArgs | []string
helmChartInflationGenerator: [{extraArgs: [[[[]]]]}] | array | HelmChartArgs.helmChartInflationGenerator.extraArgs | string
generatorOptions: {labels: [[[]]]} | array | GeneratorOptions.generatorOptions.labels | map[string]string
generatorOptions: {labels: {k: {z: 1}}} | object | GeneratorOptions.generatorOptions.labels | string
generatorOptions: {annotations: true} | bool | GeneratorOptions.generatorOptions.annotations | map[string]string
generatorOptions: {annotations: {k: 1}} | number | GeneratorOptions.generatorOptions.annotations | string
generatorOptions: {disableNameSuffixHash: text} | string | GeneratorOptions.generatorOptions.disableNameSuffixHash | bool
generatorOptions: {immutable: {z: 1}} | object | GeneratorOptions.generatorOptions.immutable | bool
configurations: 1 | number | Kustomization.configurations | []string
configurations: [1] | number | Kustomization.configurations | string
generators: text | string | Kustomization.generators | []string
generators: [{z: 1}] | object | Kustomization.generators | string
transformers: [[[]]] | array | Kustomization.transformers | string
transformers: [1] | number | Kustomization.transformers | string
validators: true | bool | Kustomization.validators | []string
validators: [{z: 1}] | object | Kustomization.validators | string
buildMetadata: {z: 1} | object | Kustomization.buildMetadata | []string
buildMetadata: [1] | number | Kustomization.buildMetadata | string
`

test.each(
  WRONG.trim()
    .split('\n')
    .map((line) => line.split(' | ')),
)('%s is refused', (text = '', found, field, wanted) => {
  expect(failureOf({ 'kustomization.yaml': `${text}\n` }).message).toBe(
    `invalid Kustomization: json: cannot unmarshal ${found} into Go struct field ${field} of type ${wanted}`,
  )
})

test.each([
  ['1.5', '1.5'],
  ['12345678901234567890', '12345678901234567890'],
  ['99999999999999999999', '100000000000000000000'],
])('%s is no count', (count, literal) => {
  expect(failureOf({ 'kustomization.yaml': `replicas: [{name: a, count: ${count}}]\n` }).message).toBe(
    `invalid Kustomization: json: cannot unmarshal number ${literal} into Go struct field Replica.replicas.count of type int64`,
  )
})
