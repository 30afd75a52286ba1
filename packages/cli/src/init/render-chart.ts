import { posix } from 'node:path'
import { memoryTree, type SourceTree } from '@slipway/diag'
import { isRecord } from '@slipway/objects'
import { renderSource } from '@slipway/reconciler'
import { directoryTree } from '../kustomize/disk-tree.ts'

const VALUES = '.slipway-init-values.yaml'
const KUBE_VERSION = '1.36.3'

/** The images of all containers that a chart of a work tree renders with some values on top of its own. */
export async function imagesRendered(directory: string, folder: string, values: string): Promise<readonly string[]> {
  const { objects } = await renderSource({
    tree: withFile(directoryTree(directory), VALUES, values),
    source: { repoURL: '', path: folder, helm: { valueFiles: [`/${VALUES}`] } },
    revision: '0'.repeat(40),
    application: { name: 'init', namespace: 'argocd', project: 'default' },
    namespace: 'default',
    refs: new Map(),
    kubeVersion: KUBE_VERSION,
    apiVersions: [],
  })
  return [...new Set(objects.flatMap(({ object }) => imagesOf(object)))]
}

function withFile(tree: SourceTree, path: string, text: string): SourceTree {
  const extra = memoryTree({ [path]: text })
  return {
    ...tree,
    stat: (wanted) => (posix.normalize(wanted) === path ? 'file' : tree.stat(wanted)),
    read: (wanted) => (posix.normalize(wanted) === path ? extra.read(path) : tree.read(wanted)),
  }
}

function imagesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesOf)
  if (!isRecord(value)) return []
  const own = typeof value['image'] === 'string' ? [value['image']] : []
  return [...own, ...Object.entries(value).flatMap(([key, each]) => (key === 'image' ? [] : imagesOf(each)))]
}
