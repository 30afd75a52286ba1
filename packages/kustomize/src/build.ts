import type { SourceTree } from '@slipway/diag'
import { KustomizeError, reworded } from './errors.ts'
import { sortResources } from './filters/sort.ts'
import { type Fetcher, Loader } from './load/loader.ts'
import { type BuildResult, Result } from './result.ts'
import { BuildContext, type ChartRenderer, type FunctionRunner } from './target/context.ts'
import { loadCustomSchema } from './target/custom-schema.ts'
import { addManagedBy, finish, finishAnnotations } from './target/finish.ts'
import { accumulate, openSite } from './target/target.ts'

/** Limits of one build; each is an error with code `KUSTOMIZE_LIMIT` when it is passed. */
export interface BuildLimits {
  /** Files read, each reading counts; default 20,000. */
  readonly files?: number
  /** Bytes of all files read; default 256 MiB. */
  readonly bytes?: number
  /** How deep kustomizations may refer to others; default 100. */
  readonly depth?: number
  /** Patches times the resources that they are applied to; default 1,000,000. */
  readonly patches?: number
}

/** What a build may do and use; the defaults are those of `kustomize build` without flags. */
export interface BuildOptions {
  /** What messages put before paths of the tree; default the tree's label and a slash. */
  readonly prefix?: string
  /** `none` keeps the order of the files; the default `legacy` puts Namespaces first and webhooks last. A kustomization's own `sortOptions` wins. */
  readonly reorder?: 'legacy' | 'none'
  /** Files may lie outside of the directory of the kustomization that names them (`LoadRestrictionsNone`). */
  readonly unrestricted?: boolean
  /** `helmCharts` may be inflated (`--enable-helm`), by {@link renderChart}. */
  readonly helm?: boolean
  readonly renderChart?: ChartRenderer
  /** Configurations that are not built in may name functions (`--enable-alpha-plugins`). */
  readonly plugins?: boolean
  /** Runs exec functions (`--enable-exec`); without one they are errors with code `KUSTOMIZE_PLUGIN`. */
  readonly runFunction?: FunctionRunner
  /** Where remote bases and files come from; without one they are errors with code `KUSTOMIZE_REMOTE`. */
  readonly fetcher?: Fetcher
  /** Adds the label `app.kubernetes.io/managed-by`. */
  readonly managedBy?: boolean
  readonly limits?: BuildLimits
}

const VERSION = 'kustomize-v5.8.2'
const LIMITS: Required<BuildLimits> = { files: 20_000, bytes: 256 * 1024 * 1024, depth: 100, patches: 1_000_000 }

/**
 * Builds the kustomization in a directory of a tree, as kustomize 5.8 does.
 *
 * The function is pure and synchronous: it reads the tree, and asks the fetcher and the chart renderer where they were handed in; it starts no process
 * and keeps nothing. `path` is the directory in the tree, '' for its root, or the URL of a repository for the fetcher.
 *
 * @throws KustomizeError with kustomize's words, a code, and the place of what is wrong where one is known.
 * @example
 * const tree = memoryTree({ 'kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: x-\n', 'a.yaml': '...' })
 * const { objects } = buildKustomization(tree, '')
 * console.log(renderObjects(objects))
 */
export function buildKustomization(tree: SourceTree, path: string, options: BuildOptions = {}): BuildResult {
  try {
    return build(tree, path, options)
  } catch (error) {
    // What a fetcher, a renderer or the YAML reader says of itself becomes an error of the build.
    throw error instanceof KustomizeError ? error : reworded(error, (message) => message)
  }
}

function build(tree: SourceTree, path: string, options: BuildOptions): BuildResult {
  const context = contextOf(options)
  const loader = loaderOf(tree, path, options)
  const site = openSite(loader, context)
  loadCustomSchema(site.file.content.openapi, loader, context)
  const all = accumulate(site)
  finish(all, context)
  const { sortOptions, buildMetadata = [] } = site.file.content
  if (sortOptions !== undefined && options.reorder !== undefined) context.logs.push(SORTED_TWICE)
  const order = sortOptions ?? { order: options.reorder === 'none' ? 'fifo' : 'legacy' }
  const resources = sortResources(all.map.resources, order)
  if (options.managedBy === true || buildMetadata.includes('managedByLabel')) addManagedBy(resources, VERSION)
  finishAnnotations(resources, buildMetadata)
  return new Result({ resources, context, files: [...loader.filesRead] })
}

const SORTED_TWICE =
  "Warning: Sorting order is set both in 'kustomization.yaml' ('sortOptions') and in a CLI flag ('--reorder'). " +
  'Using the kustomization file over the CLI flag.'

function contextOf(options: BuildOptions): BuildContext {
  const { helm = false, plugins = false, renderChart, runFunction, limits } = options
  return new BuildContext({
    switches: { helm, plugins },
    renderChart,
    runFunction,
    maxPatches: limits?.patches ?? LIMITS.patches,
  })
}

function loaderOf(tree: SourceTree, path: string, options: BuildOptions): Loader {
  const { unrestricted = false, fetcher } = options
  const limits = { ...LIMITS, ...options.limits }
  const prefix = options.prefix ?? `${tree.label.replace(/\/$/, '')}/`
  const { files: maxFiles, bytes: maxBytes, depth: maxDepth } = limits
  return Loader.open(tree, path, { prefix, fetcher, limits: { unrestricted, maxFiles, maxBytes, maxDepth } })
}
