import type { ApplicationSource } from '@slipway/argo'
import type { SourceTree } from '@slipway/diag'
import { ReconcilerError } from '../errors.ts'
import { renderDirectory } from './directory.ts'
import { KUSTOMIZATION_FILES } from './kustomization-files.ts'
import { assertLinksInside } from './links.ts'
import { sourceFolder } from './paths.ts'
import type { Render, RenderRequest, RenderResult, SourceType } from './types.ts'

/** Renders a source in this thread, by what its folder holds; `render` does so once it is known that it may be rendered. */
export async function renderSource(request: RenderRequest, render: Render = renderFiles): Promise<RenderResult> {
  const { source, tree } = request
  if (source.plugin !== undefined)
    throw new ReconcilerError('RECONCILER_UNSUPPORTED', 'config management plugins are not run here', {
      hint: 'render with Helm, Kustomize or plain manifests',
    })
  if (source.chart !== undefined && source.chart !== '')
    throw new ReconcilerError(
      'RECONCILER_UNSUPPORTED',
      `chart '${source.chart}' of a Helm repository is not fetched here`,
      {
        hint: 'vendor the chart into the repository and name its folder by spec.source.path',
      },
    )
  for (const each of [tree, ...request.refs.values()]) assertLinksInside(each)
  return render(request)
}

/** Renders the files of a source that may be rendered. */
export async function renderFiles(request: RenderRequest): Promise<RenderResult> {
  const type = sourceTypeOf(request.tree, request.source)
  // The engines are large and loaded when a source first needs them.
  if (type === 'Helm') return (await import('./helm.ts')).renderHelm(request)
  if (type === 'Kustomize') return (await import('./kustomize.ts')).renderKustomize(request)
  return renderDirectory(request)
}

/** Which renderer a source is for: what it says itself, else a Chart.yaml, else a kustomization, else plain manifests. */
export function sourceTypeOf(tree: SourceTree, source: ApplicationSource): SourceType {
  const given = [source.helm, source.kustomize, source.directory].filter((part) => part !== undefined)
  if (given.length > 1)
    throw new ReconcilerError(
      'RECONCILER_SOURCE',
      'multiple application sources defined: a source is for one of Helm, Kustomize, Directory',
      {
        hint: 'keep one of spec.source.helm, kustomize and directory',
      },
    )
  const folder = sourceFolder(tree, source.path ?? '')
  const has = (name: string): boolean => tree.stat(folder === '' ? name : `${folder}/${name}`) !== undefined
  if (source.helm !== undefined) return 'Helm'
  if (source.kustomize !== undefined) return 'Kustomize'
  if (source.directory !== undefined) return 'Directory'
  if (has('Chart.yaml')) return 'Helm'
  return KUSTOMIZATION_FILES.some(has) ? 'Kustomize' : 'Directory'
}
