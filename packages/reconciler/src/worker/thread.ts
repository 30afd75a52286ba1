import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { messageOf, type SourceTree, type TreeEntry, type EntryKind } from '@slipway/diag'
import { ReconcilerError } from '../errors.ts'
import { renderSource } from '../render/render.ts'
import type { Answer, Fault, Job, Outcome, Question, ThreadData, TreeName } from './protocol.ts'

// A rendering is synchronous, so this thread sleeps until the other one has answered.
const { port, answered } = workerData as ThreadData
const flag = new Int32Array(answered)

function ask(question: Question): Answer {
  Atomics.store(flag, 0, 0)
  port.postMessage(question)
  for (;;) {
    const received = receiveMessageOnPort(port)
    if (received !== undefined) return (received.message as { answer: Answer }).answer
    Atomics.wait(flag, 0, 0, 1_000)
  }
}

function remoteTree({ tree, label }: TreeName): SourceTree {
  const known = new Map<string, Answer>()
  const once = (how: Question['ask'], path: string): Answer => {
    const key = `${how} ${path}`
    if (!known.has(key)) known.set(key, ask({ tree, ask: how, path }))
    return known.get(key)
  }
  return {
    label,
    stat: (path) => once('stat', path) as EntryKind | undefined,
    read: (path) => once('read', path) as Uint8Array | undefined,
    list: (path) => once('list', path) as readonly TreeEntry[],
    readlink: (path) => once('readlink', path) as string | undefined,
  }
}

async function run(job: Job): Promise<Outcome> {
  try {
    const refs = new Map(job.refs.map(([ref, tree]) => [ref, remoteTree(tree)]))
    const { type, objects, warnings } = await renderSource({ ...job, tree: remoteTree(job.tree), refs })
    const plain = objects.map(({ object }) => ({ object }))
    return { id: job.id, result: { type, objects: plain, ...(warnings === undefined ? {} : { warnings }) } }
  } catch (error) {
    return { id: job.id, fault: faultOf(error) }
  }
}

function faultOf(error: unknown): Fault {
  const rpc = error instanceof ReconcilerError ? error.rpc : 'Unknown'
  const hint = error instanceof ReconcilerError ? error.hint : undefined
  return { message: messageOf(error), rpc, hint }
}

parentPort?.on('message', (job: Job) => {
  run(job).then(
    (outcome) => parentPort?.postMessage(outcome),
    (error: unknown) => parentPort?.postMessage({ id: job.id, fault: faultOf(error) } satisfies Outcome),
  )
})
