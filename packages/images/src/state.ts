import type { Lookup, Stage } from '@slipway/dockerfile'
import { substitute, SubstitutionError } from '@slipway/dockerfile'
import type { SourceRange } from '@slipway/diag'
import type { BuildContext } from './context.ts'
import { errorAt } from './errors.ts'
import type { BuildRequest, Healthcheck, Note } from './types.ts'

/** Who a path belongs to in the layer, and its permissions where COPY set them. */
export interface Ownership {
  readonly uid: number
  readonly gid: number
  readonly mode: number | undefined
}

/** A stage while it is built: its folder and what its instructions said so far. */
export interface StageState {
  /** The folder that is this stage's `/`. */
  readonly root: string
  /** No RUN of this stage follows that could write to a file in place. */
  readonly readOnly: boolean
  readonly env: Map<string, string>
  readonly args: Map<string, string>
  workingDir: string
  user: string
  entrypoint: readonly string[]
  cmd: readonly string[]
  /** CMD of this very stage: a new ENTRYPOINT drops only an inherited CMD. */
  cmdSet: boolean
  shell: readonly string[]
  readonly labels: Map<string, string>
  readonly exposed: Set<string>
  readonly volumes: Set<string>
  stopSignal: string | undefined
  healthcheck: Healthcheck | undefined
  /** By path in the stage, without a leading slash; only what differs from root's 0644 and 0755. */
  readonly owners: Map<string, Ownership>
}

/** One build: what all its stages share. */
export interface Build {
  readonly request: BuildRequest
  /** The context without what .dockerignore leaves out. */
  readonly context: BuildContext
  /** Everything temporary of this build lies below. */
  readonly directory: string
  readonly escape: string
  readonly stages: readonly Stage[]
  /** Finished stages by index. */
  readonly done: Map<number, StageState>
  /** The keys of finished stages by index; undefined where a stage's inputs cannot be known beforehand. */
  readonly keys: Map<number, string | undefined>
  /** Values of `ARG` before the first FROM, and of the platform arguments. */
  readonly globals: ReadonlyMap<string, string>
  readonly notes: Note[]
}

/** Where an instruction runs. */
export interface StepPlace {
  /** The index of the stage that the instruction is in: it sees the stages before it. */
  readonly stage: number
  readonly build: Build
  readonly state: StageState
  readonly range: SourceRange
}

/** `ENV` outranks `ARG`, as in BuildKit. */
export function lookupIn(state: StageState): Lookup {
  return (name) => state.env.get(name) ?? state.args.get(name) ?? (name === 'PATH' ? IMAGE_PATH : undefined)
}

/** The PATH that the base images declare; `ENV PATH=/x:$PATH` extends it. */
export const IMAGE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Resolves a word with the stage's variables, a fault becoming an error at the instruction. */
export function resolveWord(place: StepPlace, word: string): string {
  try {
    return substitute(word, lookupIn(place.state), place.build.escape)
  } catch (error) {
    if (!(error instanceof SubstitutionError)) throw error
    throw errorAt(place.range, ['IMAGE_INSTRUCTION', error.message], { cause: error })
  }
}
