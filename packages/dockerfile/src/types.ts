import type { Diagnostic, SourceRange } from '@slipway/diag'

/** What the diagnostics of this package are called; each has a page in the docs. */
export type DockerfileCode = 'DOCKERFILE_SYNTAX' | 'DOCKERFILE_UNSUPPORTED' | 'DOCKERFILE_STAGE'

/** A command as the file gives it: `["a", "b"]` is the exec form, all else one line for a shell. */
export type Command =
  | { readonly form: 'exec'; readonly argv: readonly string[] }
  | { readonly form: 'shell'; readonly text: string }

/** A name with its value as written: quotes and variables are resolved by `substitute` when the instruction runs. */
export interface Pair {
  readonly name: string
  readonly value: string
}

/** `--name=value` before the arguments of an instruction; `value` is '' for a bare `--name`. */
export interface Flag {
  readonly name: string
  readonly value: string
}

interface Base {
  /** From the keyword to the end of the last line. */
  readonly range: SourceRange
  /** The arguments on one line: continuations joined, comments inside removed; as `docker history` shows them. */
  readonly text: string
}

/** `ARG name[=default]`, possibly several. */
export interface ArgInstruction extends Base {
  readonly keyword: 'ARG'
  readonly args: readonly { readonly name: string; readonly value: string | undefined }[]
}

/** `ENV` and `LABEL`, in both spellings (`K=V ...` and `K V`). */
export interface PairsInstruction extends Base {
  readonly keyword: 'ENV' | 'LABEL'
  readonly pairs: readonly Pair[]
}

/** `RUN`, with its flags (`--mount`, `--network`, `--security`). */
export interface RunInstruction extends Base {
  readonly keyword: 'RUN'
  readonly flags: readonly Flag[]
  readonly command: Command
}

/** `COPY` and `ADD`; the last word is the destination. Words are as written, in JSON form after decoding. */
export interface CopyInstruction extends Base {
  readonly keyword: 'COPY' | 'ADD'
  readonly flags: readonly Flag[]
  readonly sources: readonly string[]
  readonly destination: string
}

/** `CMD`, `ENTRYPOINT` and `SHELL` (whose form is always exec). */
export interface CommandInstruction extends Base {
  readonly keyword: 'CMD' | 'ENTRYPOINT' | 'SHELL'
  readonly command: Command
}

/** Instructions of one word: the whole rest of the line. */
export interface WordInstruction extends Base {
  readonly keyword: 'WORKDIR' | 'USER' | 'STOPSIGNAL' | 'MAINTAINER'
  readonly value: string
}

/** `EXPOSE` and `VOLUME`. */
export interface WordsInstruction extends Base {
  readonly keyword: 'EXPOSE' | 'VOLUME'
  readonly words: readonly string[]
}

/** `HEALTHCHECK NONE`, or its command with durations as written (`3s`, `1m30s`). */
export interface HealthcheckInstruction extends Base {
  readonly keyword: 'HEALTHCHECK'
  readonly flags: readonly Flag[]
  /** Undefined for `NONE`. */
  readonly command: Command | undefined
}

/** One instruction of a stage. */
export type Instruction =
  | ArgInstruction
  | PairsInstruction
  | RunInstruction
  | CopyInstruction
  | CommandInstruction
  | WordInstruction
  | WordsInstruction
  | HealthcheckInstruction

/** What starts with `FROM` and ends before the next one. */
export interface Stage {
  readonly index: number
  /** Lower case, as BuildKit compares it; undefined without `AS`. */
  readonly name: string | undefined
  /** The image or stage as written, variables included. */
  readonly base: string
  /** The value of `--platform`, as written. */
  readonly platform: string | undefined
  /** The `FROM` line. */
  readonly range: SourceRange
  readonly instructions: readonly Instruction[]
}

/** A Dockerfile as data. With an error among the diagnostics it must not be built. */
export interface Dockerfile {
  /** The path that ranges name. */
  readonly file: string
  /** `\`, or a backtick after `# escape=`. */
  readonly escape: string
  /** `ARG` before the first `FROM`; seen by `FROM` lines and, by name, by stages that declare it again. */
  readonly globalArgs: readonly ArgInstruction[]
  readonly stages: readonly Stage[]
  readonly diagnostics: readonly Diagnostic[]
}
