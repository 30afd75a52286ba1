import type { SourceTree } from '@slipway/diag'
import { ReadLog } from './read-log.ts'
import type { Render, RenderRequest, RenderResult } from './types.ts'

interface Remembered {
  readonly logs: readonly ReadLog[]
  readonly result: RenderResult
}

const KEPT = 16

/**
 * A renderer that gives its last result again where nothing that it read has changed: a commit to one file of a repository leaves most sources as they are.
 * Failures are not remembered, nor is what chance or the time had a part in: Argo CD draws anew for each commit.
 */
export function rememberRenderings(render: Render): Render {
  const known = new Map<string, Remembered>()
  return async (request) => {
    const key = keyOf(request)
    const trees = treesOf(request)
    const last = known.get(key)
    known.delete(key)
    if (last?.logs.every((log, at) => log.holdsFor(trees[at])) === true) {
      known.set(key, last)
      return last.result
    }
    const logs = trees.map((tree) => new ReadLog(tree))
    const result = await render(withTrees(request, logs))
    if (result.isRepeatable !== false) known.set(key, { logs, result })
    for (const old of [...known.keys()].slice(0, Math.max(0, known.size - KEPT))) known.delete(old)
    return result
  }
}

function treesOf({ tree, refs }: RenderRequest): readonly SourceTree[] {
  return [tree, ...refs.values()]
}

function withTrees(request: RenderRequest, logs: readonly ReadLog[]): RenderRequest {
  const [tree = request.tree, ...others] = logs.map((log) => log.tree)
  const refs = [...request.refs.keys()].map((name, at) => [name, others[at] ?? request.tree] as const)
  return { ...request, tree, refs: new Map(refs) }
}

// The commit itself is a part of what is rendered only where the source names it.
function keyOf({ tree: _, refs, revision, ...rest }: RenderRequest): string {
  const namesCommit = JSON.stringify(rest.source).includes('ARGOCD_APP_REVISION')
  return JSON.stringify([rest, [...refs.keys()], namesCommit ? revision : ''])
}
