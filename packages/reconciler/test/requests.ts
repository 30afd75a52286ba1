import { memoryTree } from '@slipway/diag'
import type { RenderRequest } from '@slipway/reconciler'

/** A request for the chart in `chart/` of a commit. */
export function chartRequest(files: Readonly<Record<string, string>>, commit: string): RenderRequest {
  return {
    tree: memoryTree(files, commit),
    source: { repoURL: 'x', path: 'chart' },
    revision: commit,
    application: { name: 'web', namespace: 'argocd', project: 'default' },
    namespace: 'web',
    refs: new Map(),
    kubeVersion: '1.36.3',
    apiVersions: [],
  }
}
