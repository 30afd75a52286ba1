import { isLimitError, TemplateError, type TemplateErrorCode } from '../errors.ts'
import { quote } from '../strconv/quote.ts'
import type { Recorder } from '../track/recorder.ts'
import type { Value } from '../values/value.ts'
import type { TemplateSet } from '../template.ts'
import type { Compiled } from './compile.ts'
import { Frame } from './frame.ts'

/** Bounds of one run; what is absent is unbounded, but for the depth. */
export interface Limits {
  /** Nested template invocations; Go's 100,000 by default. A call stack that ends earlier gives the same error. */
  readonly depth?: number
  /** UTF-16 units of output, of the run and of each template that a function executes. */
  readonly output?: number
  /** Loop iterations, function calls and template invocations. */
  readonly steps?: number
  /** Milliseconds on `clock`. */
  readonly time?: number
  /** Milliseconds from any fixed point; needed for `time`. */
  readonly clock?: () => number
  /** Items or bytes that a single function may make at once (`repeat`, `until`): 2^26 by default. */
  readonly size?: number
}

/** What functions see of the run that calls them. */
export interface CallContext {
  /** The templates of the run, or of the clone that is executing. */
  readonly templates: TemplateSet
  /** Executes a template of `templates` (default: of the run) inside this run: same limits, same tracking. The text, tagged when tracked. */
  execute(name: string, data: Value, templates?: TemplateSet): Value
  /** Throws `TEMPLATE_SIZE` when a function is about to make more than the limit of `size` allows. */
  reserve(size: number | bigint): void
  /** Present in runs that track origins. */
  readonly recorder: Recorder | undefined
}

const DEFAULT_DEPTH = 100_000
const DEFAULT_SIZE = 1 << 26
const CHECK_EVERY = 1024

/** One execution: output, counters, limits. */
export class Run implements CallContext {
  templates: TemplateSet
  readonly recorder: Recorder | undefined
  readonly limits: Limits
  readonly maxDepth: number
  out = ''
  depth = 0
  #steps = 0
  #nextCheck: number
  readonly #deadline: number | undefined
  readonly #maxOutput: number
  #frame: Frame | undefined

  constructor(templates: TemplateSet, limits: Limits, recorder: Recorder | undefined) {
    this.templates = templates
    this.limits = limits
    this.recorder = recorder
    this.maxDepth = limits.depth ?? DEFAULT_DEPTH
    this.#deadline = limits.time === undefined || limits.clock === undefined ? undefined : limits.clock() + limits.time
    this.#maxOutput = limits.output ?? Number.POSITIVE_INFINITY
    this.#nextCheck = Math.min(CHECK_EVERY, limits.steps ?? CHECK_EVERY)
  }

  /** Appends output. */
  write(text: string): void {
    this.out += text
    if (this.out.length > this.#maxOutput) this.#stop('TEMPLATE_OUTPUT', `output exceeds ${this.#maxOutput} characters`)
  }

  /** Counts one step of work. */
  step(frame: Frame): void {
    this.#frame = frame
    if (++this.#steps >= this.#nextCheck) this.#check()
  }

  #check(): void {
    const { steps, time, clock } = this.limits
    if (steps !== undefined && this.#steps > steps) this.#stop('TEMPLATE_STEPS', `more than ${steps} steps`)
    if (this.#deadline !== undefined && clock !== undefined && clock() > this.#deadline) {
      this.#stop('TEMPLATE_TIME', `rendering took longer than ${time} ms`)
    }
    this.#nextCheck = Math.min(this.#steps + CHECK_EVERY, Math.max(steps ?? Number.POSITIVE_INFINITY, this.#steps) + 1)
  }

  #stop(code: TemplateErrorCode, reason: string): never {
    throw this.#frame?.error(code, reason) ?? new TemplateError(code, reason)
  }

  reserve(size: number | bigint): void {
    const limit = this.limits.size ?? DEFAULT_SIZE
    if (size > limit) this.#stop('TEMPLATE_SIZE', `a value of ${size} items exceeds the limit of ${limit}`)
  }

  execute(name: string, data: Value, templates: TemplateSet = this.templates): Value {
    const template = templates.compiled(name, this.recorder !== undefined)
    if (template === undefined) {
      throw new TemplateError(
        'TEMPLATE_EXEC',
        `template: no template ${quote(name)} associated with template ${quote(templates.name)}`,
      )
    }
    return this.#capture(templates, () => this.enter(template, data, undefined))
  }

  /** Runs with an output of its own. */
  #capture(templates: TemplateSet, body: () => void): Value {
    const saved = { out: this.out, templates: this.templates, depth: this.depth, frame: this.#frame }
    this.out = ''
    this.templates = templates
    this.recorder?.open(this.#frame)
    try {
      body()
      return this.recorder === undefined ? this.out : this.recorder.close(this.out)
    } catch (error) {
      this.recorder?.abandon()
      throw error
    } finally {
      this.out = saved.out
      this.templates = saved.templates
      this.depth = saved.depth
      this.#frame = saved.frame
    }
  }

  /** Runs a compiled template with its own frame. */
  enter(template: Compiled, data: Value, caller: Frame | undefined): void {
    const frame = new Frame(this, template.name, { slots: template.slots, data, caller })
    try {
      template.body(frame, data)
    } catch (error) {
      if (!isStackOverflow(error)) throw error
      throw frame.error('TEMPLATE_DEPTH', `exceeded maximum template depth (${this.maxDepth})`, error)
    }
  }
}

/** V8 says so by a RangeError with this text only. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.startsWith('Maximum call stack') && !isLimitError(error)
}
