export { findStage, parseDockerfile } from './parse.ts'
export { splitWords } from './lines.ts'
export { substitute, SubstitutionError } from './substitute.ts'
export type { Lookup } from './substitute.ts'
export { parseIgnore } from './ignore.ts'
export type { Ignore } from './ignore.ts'
export type {
  ArgInstruction,
  Command,
  CommandInstruction,
  CopyInstruction,
  Dockerfile,
  DockerfileCode,
  Flag,
  HealthcheckInstruction,
  Instruction,
  Pair,
  PairsInstruction,
  RunInstruction,
  Stage,
  WordInstruction,
  WordsInstruction,
} from './types.ts'
