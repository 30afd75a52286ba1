import { LineIndex, rangeOf, type Diagnostic, type SourceRange } from '@slipway/diag'
import { DockerfileParser, type Instruction as AstInstruction } from 'dockerfile-ast'
import { splitFlags } from './command.ts'
import { READERS, type RawInstruction } from './instructions.ts'
import { joinLines } from './lines.ts'
import type { ArgInstruction, Dockerfile, DockerfileCode, Instruction, Stage } from './types.ts'

interface Located extends RawInstruction {
  readonly keyword: string
  readonly heredoc: boolean
}

interface OpenStage extends Stage {
  readonly instructions: Instruction[]
}

interface Draft {
  readonly file: string
  readonly globalArgs: ArgInstruction[]
  readonly stages: OpenStage[]
  readonly diagnostics: Diagnostic[]
}

/**
 * Reads a Dockerfile into stages and instructions. Never throws: every fault is a diagnostic with the range of its instruction, and one run names
 * them all. `file` is the path for ranges, relative to the repository.
 */
export function parseDockerfile(text: string, file: string): Dockerfile {
  const draft: Draft = { file, globalArgs: [], stages: [], diagnostics: [] }
  const { escape, instructions } = locate(text.replace(/^\uFEFF/, ''), file)
  for (const raw of instructions) take(draft, raw)
  if (draft.stages.length === 0)
    report(draft, fileStart(file), ['DOCKERFILE_SYNTAX', 'no FROM: there is nothing to build'])
  checkStages(draft)
  return { ...draft, escape }
}

function locate(text: string, file: string): { escape: string; instructions: Located[] } {
  const document = DockerfileParser.parse(text)
  const escape = document.getEscapeCharacter()
  const lines = new LineIndex(text)
  const offsetOf = (at: { line: number; character: number }) => lines.startOf(at.line + 1) + at.character
  const instructions = document.getInstructions().map((instruction): Located => {
    const range = instruction.getRange()
    const start = offsetOf(range.start)
    const end = offsetOf(range.end)
    const from = offsetOf(instruction.getInstructionRange().end)
    return {
      keyword: instruction.getKeyword(),
      text: joinLines(text.slice(from, end), { escape }),
      range: rangeOf(file, lines, { start, end }),
      escape,
      heredoc: hasHeredoc(instruction),
    }
  })
  return { escape, instructions }
}

function hasHeredoc(instruction: AstInstruction): boolean {
  const reader = instruction as AstInstruction & { getHeredocs?: () => readonly unknown[] }
  return ['RUN', 'COPY', 'ADD'].includes(instruction.getKeyword()) && (reader.getHeredocs?.().length ?? 0) > 0
}

function take(draft: Draft, raw: Located): void {
  if (raw.heredoc) {
    const hint = 'write the lines into a file of the build context'
    report(draft, raw.range, ['DOCKERFILE_UNSUPPORTED', `a heredoc in ${raw.keyword} is not supported`, hint])
  } else if (raw.keyword === 'FROM') openStage(draft, raw)
  else takeInstruction(draft, raw)
}

function takeInstruction(draft: Draft, raw: Located): void {
  const reader = Object.hasOwn(READERS, raw.keyword) ? READERS[raw.keyword] : undefined
  if (reader === undefined) {
    report(draft, raw.range, ['DOCKERFILE_SYNTAX', `unknown instruction ${raw.keyword}`])
    return
  }
  const read = reader(raw)
  if ('fault' in read) {
    report(draft, raw.range, [read.unsupported ? 'DOCKERFILE_UNSUPPORTED' : 'DOCKERFILE_SYNTAX', read.fault, read.hint])
    return
  }
  const stage = draft.stages.at(-1)
  if (stage !== undefined) stage.instructions.push(read)
  else if (read.keyword === 'ARG') draft.globalArgs.push(read)
  else report(draft, raw.range, ['DOCKERFILE_SYNTAX', `${raw.keyword} stands before the first FROM`])
}

function openStage(draft: Draft, raw: Located): void {
  const { flags, rest } = splitFlags(raw.text)
  const words = rest.split(/\s+/).filter((word) => word !== '')
  const [base, as, name] = words
  const alone = words.length === 1
  const named = words.length === 3 && as?.toLowerCase() === 'as' && /^[a-z][a-z0-9_.-]*$/i.test(name ?? '')
  if (base === undefined || !(alone || named)) {
    report(draft, raw.range, [
      'DOCKERFILE_SYNTAX',
      `FROM ${raw.text} is neither FROM <image> nor FROM <image> AS <name>`,
    ])
  }
  const unknown = flags.find((flag) => flag.name !== 'platform')
  if (unknown !== undefined)
    report(draft, raw.range, ['DOCKERFILE_UNSUPPORTED', `FROM --${unknown.name} is not supported`])
  draft.stages.push({
    index: draft.stages.length,
    name: named ? name?.toLowerCase() : undefined,
    base: base ?? '',
    platform: flags.find((flag) => flag.name === 'platform')?.value,
    range: raw.range,
    instructions: [],
  })
}

/** `COPY --from` of a number or of a name that only a later stage has can never work; other names may be images. */
function checkStages(draft: Draft): void {
  for (const stage of draft.stages) {
    if (stage.name !== undefined && findStage(draft.stages, stage.name, stage.index) !== undefined) {
      const message = `the stage name ${stage.name} is taken by an earlier stage; below this line it means this one`
      draft.diagnostics.push({ code: 'DOCKERFILE_STAGE', severity: 'warning', message, range: stage.range })
    }
    for (const instruction of stage.instructions) {
      if (instruction.keyword !== 'COPY') continue
      const from = instruction.flags.find((flag) => flag.name === 'from')?.value
      if (from !== undefined) checkFrom(draft, { stage, from, range: instruction.range })
    }
  }
}

function checkFrom(draft: Draft, use: { stage: Stage; from: string; range: SourceRange }): void {
  const { stages } = draft
  if (findStage(stages, use.from, use.stage.index) !== undefined) return
  const later = findStage(stages, use.from, stages.length) !== undefined
  if (!later && !/^\d+$/.test(use.from)) return
  const message = later ? 'is not above this one' : 'does not exist'
  report(draft, use.range, ['DOCKERFILE_STAGE', `COPY --from=${use.from}: that stage ${message}`])
}

/**
 * The stage that a name (in any case) or a number means in a `FROM` or `--from` of the stage with index `before`: the last of that name above it.
 * Undefined where no stage is meant: it may be an image then.
 */
export function findStage(stages: readonly Stage[], reference: string, before: number): Stage | undefined {
  const name = reference.toLowerCase()
  const earlier = stages.slice(0, before)
  return earlier.findLast((stage) => stage.name === name) ?? earlier.find((stage) => String(stage.index) === reference)
}

function report(
  draft: Draft,
  range: SourceRange,
  [code, message, hint]: [DockerfileCode, string, (string | undefined)?],
): void {
  draft.diagnostics.push({ code, severity: 'error', message, range, ...(hint === undefined ? {} : { hint }) })
}

function fileStart(file: string): SourceRange {
  const start = { offset: 0, line: 1, column: 1 }
  return { file, start, end: start }
}
