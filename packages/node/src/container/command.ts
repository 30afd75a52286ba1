import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { expand } from '../pod/expand.ts'
import type { Container, LocalImage } from '../types.ts'

/** What to execute for a container, on the host. */
export interface CommandLine {
  readonly argv: readonly string[]
  /** The working directory, inside the pod's copy of the image. */
  readonly cwd: string
}

/** Where a container's files are, and what its variables are. */
export interface CommandPlace {
  readonly image: LocalImage
  /** The pod's own copy of the image's files. */
  readonly rootfs: string
  readonly env: Readonly<Record<string, string>>
  /** Replaces paths that the pod's copy of the image does not have as they are. */
  readonly rewrite: (word: string) => string
}

const NODE_PROGRAMS = new Set(['node', '/nodejs/bin/node', '/usr/local/bin/node', '/usr/bin/node'])

/**
 * The command of a container after the rules of `core/v1`: `command` replaces the image's ENTRYPOINT and CMD, `args` its CMD, `$(NAME)` is expanded. A program or
 * argument that is a path of the image becomes the path in the pod's copy of it; `node` is the node that runs Slipway.
 */
export function commandLine(container: Container, place: CommandPlace): CommandLine {
  const written = [...(container.command ?? place.image.entrypoint), ...argumentsOf(container, place.image)]
  return onHost(
    written.map((word) => expand(word, place.env)),
    { ...place, workingDir: container.workingDir ?? place.image.workingDir },
  )
}

function argumentsOf(container: Container, image: LocalImage): readonly string[] {
  if (container.args !== undefined) return container.args
  return container.command === undefined ? image.cmd : []
}

/** A command as written, as the host executes it. */
export function onHost(
  argv: readonly string[],
  place: { readonly rootfs: string; readonly workingDir: string; readonly rewrite: (word: string) => string },
): CommandLine {
  const [program = '', ...args] = argv
  const cwd = join(place.rootfs, place.workingDir || '/')
  return {
    argv: [
      programOf(program, { ...place, cwd }),
      ...args.map((arg) => inCopy(arg, place.rootfs) ?? place.rewrite(arg)),
    ],
    cwd,
  }
}

function programOf(program: string, place: { readonly rootfs: string; readonly cwd: string }): string {
  const copied =
    program.includes('/') && !isAbsolute(program) ? join(place.cwd, program) : inCopy(program, place.rootfs)
  if (copied !== undefined && existsSync(copied)) return copied
  return NODE_PROGRAMS.has(program) ? process.execPath : program
}

function inCopy(path: string, rootfs: string): string | undefined {
  if (!isAbsolute(path) || path === '/') return undefined
  const copied = join(rootfs, path)
  return existsSync(copied) ? copied : undefined
}
