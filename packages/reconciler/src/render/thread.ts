// The rendering thread: renders what it is sent, and is ended from outside when that takes too long.
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, type SourceTree } from '@slipway/diag'
import { type TreeCopy, treeOf } from './copy.ts'
import type { ThreadAnswer, ThreadData, ThreadFault, ThreadRequest } from './messages.ts'
import { rememberRenderings } from './remembered.ts'
import { renderFiles, renderSource } from './render.ts'
import type { Render } from './types.ts'

const trees = new Map<string, SourceTree>()
// Origins do not cross threads, and would be kept with the files that they point into.
const withoutOrigins: Render = async (request) => {
  const result = await renderFiles(request)
  return { ...result, objects: result.objects.map(({ object }) => ({ object })) }
}
const render = rememberRenderings(withoutOrigins)

// What cannot be loaded is a fault of the first rendering that needs it.
if ((workerData as ThreadData | undefined)?.eager)
  Promise.all([import('./helm.ts'), import('./kustomize.ts')]).catch(() => undefined)

parentPort?.on('message', (message: ThreadRequest) => {
  answer(message)
    .then((result) => parentPort?.postMessage(result))
    .catch((error: unknown) =>
      parentPort?.postMessage({ id: message.id, fault: faultOf(error) } satisfies ThreadAnswer),
    )
})

async function answer(message: ThreadRequest): Promise<ThreadAnswer> {
  for (const [key, copy] of Object.entries(message.trees))
    trees.set(key, treeOf({ ...copy, files: shared(copy.files) }))
  const known = (key: string): SourceTree => {
    const tree = trees.get(key)
    if (tree === undefined) throw new Error(`the tree ${key} was not sent`)
    return tree
  }
  const refs = new Map(message.refs.map(([name, key]) => [name, known(key)]))
  const { type, objects, warnings } = await renderSource(
    { ...message.request, tree: known(message.tree), refs },
    render,
  )
  forgetOld()
  return { id: message.id, type, objects: objects.map(({ object }) => object), warnings: warnings ?? [] }
}

let newest: ReadonlyMap<string, Uint8Array> = new Map()

// A file that is as it was in the last commit is the same bytes: what was made of them, such as a checked schema, is known by them.
function shared(files: TreeCopy['files']): TreeCopy['files'] {
  const entries = Object.entries(files).map(([path, data]) => {
    const before = newest.get(path)
    return [path, before !== undefined && Buffer.compare(before, data) === 0 ? before : data] as const
  })
  newest = new Map(entries)
  return Object.fromEntries(entries)
}

const KEPT = 16

// The thread that asks forgets in the same order, so that it sends again what is gone here.
function forgetOld(): void {
  for (const key of [...trees.keys()].slice(0, Math.max(0, trees.size - KEPT))) trees.delete(key)
}

function faultOf(error: unknown): ThreadFault {
  const { code, hint, rpc, diagnostic } = error as Partial<ThreadFault>
  return { code, hint, rpc, diagnostic, message: messageOf(error) }
}
