import { sourcesOf, type Application, type ApplicationSource } from '@slipway/argo'
import type { Origins, SourceTree } from '@slipway/diag'
import { messageOf } from '@slipway/diag'
import type { Context } from './context.ts'
import { ReconcilerError } from './errors.ts'
import type { RenderResult, SourceType } from './render/types.ts'
import type { KubeObject } from '@slipway/objects'

/** What an Application wants, as its sources say it. */
export interface Targets {
  readonly objects: readonly KubeObject[]
  /** Origins of the fields of an object, for those whose renderer knows them. */
  readonly origins: ReadonlyMap<KubeObject, Origins>
  /** The commit of each source. */
  readonly revisions: readonly string[]
  readonly types: readonly SourceType[]
}

/** Loads what Applications want, and remembers renderings: one commit and one source always render the same. */
export interface TargetLoader {
  /** @throws ReconcilerError with the message of Argo CD's condition. */
  load(application: Application, wanted: TargetRequest): Promise<Targets>
  /** The commit of each source, as `load` would find them now. @throws ReconcilerError */
  revisions(application: Application, wanted: TargetRequest): Promise<readonly string[]>
}

/** Which sources in which revisions. */
export interface TargetRequest {
  readonly sources: readonly ApplicationSource[]
  /** One for each source; `targetRevision` where missing. */
  readonly revisions: readonly (string | undefined)[]
  readonly refresh: boolean
}

const REMEMBERED = 2_048
const TREES = 16

/** Makes a loader. */
export function targetLoader(context: Context): TargetLoader {
  const rendered = new Map<string, Promise<RenderResult>>()
  const trees = new Map<string, Promise<SourceTree>>()
  const treeOf = (repoURL: string, commit: string): Promise<SourceTree> =>
    remember(trees, `${repoURL}\n${commit}`, () => context.repositories.tree(repoURL, commit), TREES)
  return {
    revisions: (application, request) => resolveAll(context, application, request),
    load: async (application, request) => {
      const revisions = await resolveAll(context, application, request)
      const refs = await refTrees(request.sources, revisions, treeOf)
      const results: RenderResult[] = []
      for (const [index, source] of request.sources.entries()) {
        if (isRefOnly(source)) continue
        const revision = revisions[index] ?? ''
        const key = JSON.stringify([
          source,
          revision,
          revisions,
          application.metadata.name,
          application.spec.destination.namespace,
          context.kubeVersion,
          context.live.apiVersions().length,
        ])
        const render = async (): Promise<RenderResult> =>
          context.render({
            tree: await treeOf(source.repoURL, revision),
            source,
            revision,
            application: {
              name: application.metadata.name ?? '',
              namespace: application.metadata.namespace ?? '',
              project: application.spec.project,
            },
            namespace: application.spec.destination.namespace ?? '',
            refs,
            kubeVersion: context.kubeVersion,
            apiVersions: context.live.apiVersions(),
          })
        results.push(await remember(rendered, key, render).catch((error: unknown) => fail(error, index, request)))
      }
      return toTargets(results, revisions)
    },
  }
}

async function resolveAll(context: Context, application: Application, request: TargetRequest): Promise<string[]> {
  const { name = '', namespace = '' } = application.metadata
  const destinationNamespace = application.spec.destination.namespace ?? ''
  const revisions: string[] = []
  for (const [index, source] of request.sources.entries()) {
    if ((source.tagPrefix ?? '') !== '') fail(tagPrefixRefused(source), index, request)
    const revision = request.revisions[index] ?? source.targetRevision ?? ''
    const asked = { repoURL: source.repoURL, revision, source, refresh: request.refresh }
    const resolved = isSha(revision)
      ? Promise.resolve(revision)
      : context.repositories.resolve({ ...asked, application: { name, namespace, destinationNamespace } })
    revisions.push(await resolved.catch((error: unknown) => fail(error, index, request)))
  }
  return revisions
}

// The tag that is meant may be another one than that of the bare name.
function tagPrefixRefused({ tagPrefix = '' }: ApplicationSource): ReconcilerError {
  return new ReconcilerError('RECONCILER_UNSUPPORTED', `tagPrefix '${tagPrefix}' of a source is not supported here`, {
    hint: 'name the whole tag by targetRevision, and take spec.source.tagPrefix away',
  })
}

const isSha = (revision: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(revision)

const isRefOnly = (source: ApplicationSource): boolean =>
  source.ref !== undefined && (source.path ?? '') === '' && (source.chart ?? '') === ''

async function refTrees(
  sources: readonly ApplicationSource[],
  revisions: readonly string[],
  treeOf: (repoURL: string, commit: string) => Promise<SourceTree>,
): Promise<ReadonlyMap<string, SourceTree>> {
  const refs = new Map<string, SourceTree>()
  for (const [index, source] of sources.entries())
    if (source.ref !== undefined) refs.set(source.ref, await treeOf(source.repoURL, revisions[index] ?? ''))
  return refs
}

function fail(error: unknown, index: number, request: TargetRequest): never {
  const rpc = error instanceof ReconcilerError ? error.rpc : 'Unknown'
  const place = `failed to generate manifest for source ${index + 1} of ${request.sources.length}`
  const message = `${place}: rpc error: code = ${rpc} desc = ${messageOf(error)}`
  const { hint } = error as { hint?: string }
  throw new ReconcilerError('RECONCILER_RENDER', message, { cause: error, ...(hint === undefined ? {} : { hint }) })
}

function toTargets(results: readonly RenderResult[], revisions: readonly string[]): Targets {
  const all = results.flatMap((result) => result.objects)
  const origins = new Map(all.flatMap(({ object, origins: of }) => (of === undefined ? [] : [[object, of] as const])))
  return { objects: all.map(({ object }) => object), origins, revisions, types: results.map(({ type }) => type) }
}

// A failure is not remembered: the next look may find it mended.
function remember<T>(
  known: Map<string, Promise<T>>,
  key: string,
  make: () => Promise<T>,
  limit = REMEMBERED,
): Promise<T> {
  const found = known.get(key)
  if (found !== undefined) {
    known.delete(key)
    known.set(key, found)
    return found
  }
  const made = make()
  known.set(key, made)
  made.catch(() => known.delete(key))
  const [oldest] = known.keys()
  if (known.size > limit && oldest !== undefined) known.delete(oldest)
  return made
}

/** The sources of an Application with no revision fixed. */
export function latest(application: Application, refresh: boolean): TargetRequest {
  return { sources: sourcesOf(application), revisions: [], refresh }
}
