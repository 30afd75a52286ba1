import {
  type Application,
  branchOf,
  type Environment,
  environmentsOf,
  findArgoObjects,
  looksLikeRoot,
  readManifests,
  sourcesOf,
} from '@slipway/argo'
import { type Diagnostic, formatLocation, type SourceTree } from '@slipway/diag'
import { type Repository, sameRepository } from '@slipway/git'
import type { KubeObject } from '@slipway/objects'
import { EnvironmentsError } from './errors.ts'

/** What a repository says should run. */
export interface Discovery {
  /** The objects to apply by hand, as the documentation of Argo CD's app-of-apps says: the files that declare a root, else everything. */
  readonly apply: readonly KubeObject[]
  readonly environments: readonly Environment[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads which Applications a repository declares. A root Application is looked for in HEAD's commit; the others are then read from the revision that the root follows.
 *
 * @throws EnvironmentsError `ENVIRONMENTS_NONE`
 */
export async function discover(repository: Repository): Promise<Discovery> {
  const head = await repository.head()
  const tree = await repository.loadTree(head.commit ?? (await repository.resolve('HEAD')).commit)
  const found = findArgoObjects(tree)
  const roots = found.applications.filter(({ object }) => looksLikeRoot(object))
  const children =
    roots.length === 0
      ? found.applications.map(({ object }) => object)
      : await childrenOf(
          repository,
          roots.map(({ object }) => object),
        )
  const files = new Set(
    (roots.length === 0 ? [...found.applications, ...found.projects] : roots).map(({ file }) => file),
  )
  const environments = environmentsOf(children)
  if (environments.length === 0) {
    throw new EnvironmentsError(
      'ENVIRONMENTS_NONE',
      `${repository.directory} declares no Argo CD Application with a destination to deploy to`,
      {
        hint: hintFor(found.diagnostics),
      },
    )
  }
  return { apply: [...files].flatMap((file) => argoObjects(tree, file)), environments, diagnostics: found.diagnostics }
}

// Who has an Application that cannot be read needs no other one.
function hintFor([fault]: readonly Diagnostic[]): string {
  if (fault === undefined) return '`slipway init` writes what is missing; commit it and try again'
  const place = fault.range === undefined ? '' : `${formatLocation(fault.range)}: `
  return `look at what is there: ${place}${fault.message}`
}

async function childrenOf(repository: Repository, roots: readonly Application[]): Promise<readonly Application[]> {
  const found: Application[] = []
  for (const root of roots) {
    for (const source of sourcesOf(root)) {
      const { commit } = await repository.resolve(source.targetRevision ?? 'HEAD', source.repoURL)
      found.push(
        ...findArgoObjects(await repository.loadTree(commit), source.path ?? '').applications.map(
          ({ object }) => object,
        ),
      )
    }
  }
  return found
}

function argoObjects(tree: SourceTree, file: string): KubeObject[] {
  const data = tree.read(file)
  if (data === undefined) return []
  return readManifests(new TextDecoder().decode(data), file)
    .manifests.map(({ object }) => object)
    .filter(({ kind }) => kind === 'Application' || kind === 'AppProject')
    .toSorted((a, b) => Number(a.kind === 'Application') - Number(b.kind === 'Application'))
}

/** True when a URL is one of a repository's remotes, in any spelling. */
export function isRemoteOf(url: string, remotes: readonly { readonly url: string }[]): boolean {
  return remotes.some((remote) => sameRepository(remote.url, url))
}

/** The environment's branch, as git names it. */
export function sourceBranch(environment: Environment): string {
  return environment.applications[0] === undefined ? environment.branch : branchOf(environment.applications[0])
}
