import { gvkOf, type KubeObject } from '@slipway/objects'
import { deletePoliciesOf, isHook, waveOf, type DeletePolicy, type HookType, type SyncPhase } from '../annotations.ts'
import { keyTextOf } from '../keys.ts'
import type { OperationPhase, ResultCode } from './types.ts'

/** One object in one phase of a sync. Without a target it is a prune, without a live object a creation. */
export class SyncTask {
  phase: SyncPhase
  readonly target: KubeObject | undefined
  live: KubeObject | undefined
  skipDryRun = false
  status: ResultCode | undefined
  state: OperationPhase | undefined
  message = ''
  #wave: number | undefined

  constructor(of: { phase: SyncPhase; target: KubeObject | undefined; live: KubeObject | undefined }) {
    this.phase = of.phase
    this.target = of.target
    this.live = of.live
  }

  get object(): KubeObject {
    const object = this.target ?? this.live
    if (object === undefined) throw new TypeError('a sync task needs an object')
    return object
  }

  get wave(): number {
    return this.#wave ?? waveOf(this.object)
  }

  set wave(wave: number) {
    this.#wave = wave
  }

  get resultKey(): string {
    return `${keyTextOf(this.object)}:${this.phase}`
  }

  /** `group/kind/name`, as messages name it: `/ConfigMap/c`. */
  get label(): string {
    const { group, kind } = gvkOf(this.object)
    return `${group}/${kind}/${this.object.metadata.name ?? ''}`
  }

  get isPrune(): boolean {
    return this.target === undefined
  }

  get isHook(): boolean {
    return isHook(this.object)
  }

  get hookType(): HookType | undefined {
    return this.isHook ? this.phase : undefined
  }

  get pending(): boolean {
    return this.state === undefined
  }

  get running(): boolean {
    return this.state === 'Running'
  }

  get completed(): boolean {
    return this.state === 'Failed' || this.state === 'Error' || this.state === 'Succeeded'
  }

  get successful(): boolean {
    return this.state === 'Succeeded'
  }

  get deletedBeforeCreation(): boolean {
    return this.pending && this.hasPolicy('BeforeHookCreation')
  }

  /** True for a hook with a live object that is to be deleted by this policy. */
  hasPolicy(policy: DeletePolicy): boolean {
    return this.live !== undefined && this.isHook && deletePoliciesOf(this.object).includes(policy)
  }
}
