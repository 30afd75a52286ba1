import { gvkOf } from '@slipway/objects'
import { imagesOf } from './images.ts'
import type { SyncTask } from './task.ts'
import type { OperationPhase, ResourceResult, ResultCode } from './types.ts'

/** Collects what became of each task; entries keep the order in which they first appeared. */
export class ResultLog {
  readonly #results = new Map<string, ResourceResult>()

  constructor(earlier: readonly ResourceResult[]) {
    for (const result of earlier) this.#results.set(keyOf(result), result)
  }

  get started(): boolean {
    return this.#results.size > 0
  }

  get all(): readonly ResourceResult[] {
    return [...this.#results.values()]
  }

  /** Gives a task what earlier steps wrote about it. */
  recall(task: SyncTask): void {
    const known = this.#results.get(task.resultKey)
    if (known === undefined) return
    task.status = known.status
    task.state = known.hookPhase
    task.message = known.message ?? ''
  }

  /** Writes down how a task stands; an empty message keeps the one before. */
  record(
    task: SyncTask,
    how: { status: ResultCode | undefined; state: OperationPhase | undefined; message: string },
  ): void {
    task.status = how.status
    task.state = how.state
    if (how.message !== '') task.message = how.message
    const known = this.#results.get(task.resultKey) ?? identityOf(task)
    const { status: _, hookPhase: __, message: ___, ...identity } = known
    this.#results.set(task.resultKey, {
      ...identity,
      ...(task.status === undefined ? {} : { status: task.status }),
      ...(task.message === '' ? {} : { message: task.message }),
      ...(task.state === undefined ? {} : { hookPhase: task.state }),
    })
  }
}

function identityOf(task: SyncTask): ResourceResult {
  const { group, version, kind } = gvkOf(task.object)
  const { namespace = '', name = '' } = task.object.metadata
  const images = imagesOf(task.object)
  const { hookType, phase } = task
  return {
    group,
    version,
    kind,
    namespace,
    name,
    syncPhase: phase,
    ...(hookType === undefined ? {} : { hookType }),
    ...(images.length === 0 ? {} : { images }),
  }
}

function keyOf(result: ResourceResult): string {
  return `${result.group}/${result.kind}/${result.namespace}/${result.name}:${result.syncPhase ?? 'Sync'}`
}
