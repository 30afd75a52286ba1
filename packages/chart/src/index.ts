/**
 * Helm charts as a library: pure, synchronous, no process and no temporary file.
 *
 * 1. `loadChart(tree, path, { unpack })` reads a chart from a `SourceTree` (git tree, directory, memory). Packaged subcharts need `unpack`, which
 *    `@slipway/chart/node` has as `nodeUnpack`.
 * 2. `renderChart({ chart, values, release, environment, ... })` renders it as `helm template` does; keep one `environment` (`nodeEnvironment()` of
 *    `@slipway/chart/node`) and one loaded chart for many renderings, parsed templates are kept with them.
 * 3. `manifestObjects(render, { hooks, crds })` gives the objects as data, with their origins when `track` was set.
 *
 * What goes wrong is a `ChartError` whose message is Helm's without its `Error: `.
 */
export { Chart } from './chart.ts'
export type { ChartCrd, ChartFile } from './chart.ts'
export { ChartError } from './errors.ts'
export type { ChartErrorCode } from './errors.ts'
export type { Dependency, Lock, Maintainer, Metadata } from './metadata.ts'
export { loadChart } from './load/tree.ts'
export type { LoadOptions } from './load/tree.ts'
export { filesOfTar, loadChartArchive, MAX_CHART_SIZE } from './load/archive.ts'
export { loadChartLayout } from './load/layout.ts'
export type { LayoutOptions } from './load/layout.ts'
export { chartFromFiles } from './load/files.ts'
export type { FilesOptions, Unpack } from './load/files.ts'
export { DEFAULT_LIMITS, renderChart } from './render/render.ts'
export type { ChartRender, Release, RenderOptions } from './render/render.ts'
export type { Head, Manifest } from './render/manifests.ts'
export type { Hook, HookEvent } from './render/hooks.ts'
export type { Rendered } from './render/engine.ts'
export { DEFAULT_KUBE_VERSION, HELM_VERSION, parseKubeVersion } from './data/capabilities.ts'
export type { Capabilities, KubeVersion } from './data/capabilities.ts'
export type { RenderEnvironment } from './functions/index.ts'
export type { Lookup, LookupQuery } from './functions/lookup.ts'
export type { ValuesInput } from './values/inputs.ts'
export type { Layer, ValuePlace } from './values/place.ts'
export { manifestObjects } from './origins/objects.ts'
export type { ManifestObject, ObjectsOptions } from './origins/objects.ts'
export type { ChartOrigins } from './origins/origins.ts'
export type { ValuesLayer } from './values/defaults.ts'
export { lintChart } from './lint/lint.ts'
export type { LintOptions } from './lint/lint.ts'
export type { LintMessage, LintSeverity } from './lint/message.ts'
export { dumpMetadata } from './dump-metadata.ts'
export { isVersion } from './metadata.ts'
export { isCompatible } from './dependencies/enabled.ts'
export { splitDocuments } from './render/manifests.ts'
export { compilePattern } from './load/match.ts'
export { dumpLock } from './pack.ts'
export { dumpable } from './dump-metadata.ts'
export { valuesReport } from './reads/report.ts'
export type { ValuesEnvironment, ValuesFinding, ValuesReportOptions } from './reads/report.ts'
export { chartReads } from './reads/chart-reads.ts'
export type { ChartReadsOptions } from './reads/chart-reads.ts'
export type { ReadPlace, ReadSet, ValuesRead } from './reads/read-set.ts'
export { explainField, explainLine, explainWhyNot } from './origins/explain.ts'
export type { Explanation, ObjectRef, WhyNot } from './origins/explain.ts'
export { fieldAtLine, parseFieldPath } from './origins/field-path.ts'
export type { Compat } from './compat.ts'
