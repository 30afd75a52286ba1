/**
 * kustomize 5.8 as a library: pure, synchronous, no process, no temporary file and no network of its own.
 *
 * 1. `buildKustomization(tree, path, options)` builds the kustomization in a directory of a `SourceTree` (git tree, disk, memory). What it may use is
 *    handed in: a `fetcher` for remote bases, `renderChart` for charts (with `helm`), `runFunction` for functions (with `plugins`).
 * 2. `renderObjects(result.objects)` gives the bytes that `kustomize build` prints; each object has its `value`, `text`, `range` and `origins`.
 * 3. `result.dead` lists entries that did nothing; `unreadFiles` files that no build read; `conversionHints` old fields and what to write instead.
 *
 * What goes wrong is a `KustomizeError` whose message is kustomize's without its `Error: `, with a code, a range where one is known, and a hint.
 */
export { buildKustomization } from './build.ts'
export type { BuildLimits, BuildOptions } from './build.ts'
export { renderObjects } from './result.ts'
export type { BuildResult, BuiltObject, DeadEntry } from './result.ts'
export { KustomizeError } from './errors.ts'
export type { KustomizeErrorCode, KustomizeErrorOptions } from './errors.ts'
export type { Fetcher } from './load/loader.ts'
export { parseRepoSpec } from './load/remote.ts'
export type { RepoSpec } from './load/remote.ts'
export type { ChartRenderer, ChartRequest, FunctionRequest, FunctionRunner } from './target/context.ts'
export type { HelmChartEntry } from './config/kustomization.ts'
export { unreadFiles } from './unread.ts'
export { conversionHints } from './hints.ts'
