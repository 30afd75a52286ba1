import { createHash, type Hash } from 'node:crypto'
import { findStage, type CopyInstruction, type Instruction, type Stage } from '@slipway/dockerfile'
import { contextSource, type CopySource } from './copy-source.ts'
import type { Build } from './state.ts'
import { readShellLine } from './steps/shellline.ts'
import { expandSource } from './steps/wildcard.ts'

/**
 * For each instruction of a stage a hash of all that led up to and including it: the base, the instructions' text, the values of ARGs, and the files that COPY
 * takes. Undefined from the first instruction on whose inputs cannot be known beforehand.
 */
export function stageKeys(build: Build, base: string | undefined, stage: Stage): (string | undefined)[] {
  const source = contextSource(build.context)
  let key = base
  return stage.instructions.map((instruction) => {
    if (key === undefined) return undefined
    const hash = createHash('sha256').update(`${key}\0${instruction.keyword}\0${instruction.text}\0`)
    key = addInputs({ build, source, hash, stage }, instruction) ? hash.digest('hex') : undefined
    return key
  })
}

interface Hashing {
  readonly stage: Stage
  readonly build: Build
  readonly source: CopySource
  readonly hash: Hash
}

function addInputs({ build, source, hash, stage }: Hashing, instruction: Instruction): boolean {
  if (instruction.keyword === 'RUN')
    return !instruction.flags.some(({ name, value }) => name === 'mount' && !value.includes('type=cache'))
  if (instruction.keyword === 'ARG') {
    const values = instruction.args.map(({ name }) => build.request.args?.[name] ?? build.globals.get(name) ?? null)
    hash.update(JSON.stringify(values))
  }
  if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return true
  return addCopied({ build, source, hash, stage }, instruction)
}

function addCopied({ build, source, hash, stage }: Hashing, instruction: CopyInstruction): boolean {
  const words = [...instruction.sources, ...instruction.flags.map((flag) => flag.value)]
  if (words.some((word) => /[$'"\\]/.test(word))) return false
  const from = instruction.flags.find((flag) => flag.name === 'from')?.value.toLowerCase()
  if (from !== undefined) {
    const other = findStage(build.stages, from, stage.index)
    const key = other === undefined ? undefined : build.keys.get(other.index)
    hash.update(key ?? '')
    return key !== undefined
  }
  for (const word of instruction.sources) {
    for (const path of expandSource(source, word) ?? [])
      hashCopied(hash, source, { path: source.real(path), name: path })
  }
  return true
}

function hashCopied(hash: Hash, source: CopySource, { path, name }: { path: string; name: string }): void {
  const kind = source.stat(path)
  hash.update(`${kind} ${kind === 'file' && source.executable(path) ? 'x' : '-'} ${name}\0`)
  if (kind === 'symlink') hash.update(`${source.readlink(path)}\0`)
  if (kind === 'file') hash.update(createHash('sha256').update(source.read(path)).digest())
  if (kind !== 'directory') return
  for (const entry of source.list(path)) {
    const below = path === '' ? entry.name : `${path}/${entry.name}`
    hashCopied(hash, source, { path: below, name: `${name}/${entry.name}` })
  }
}

const INSTALLS = new Set(['ci', 'install', 'i', 'add'])

/** True for a RUN line that installs packages: slow, and equal for equal inputs. */
export function isInstall(instruction: Instruction): boolean {
  if (instruction.keyword !== 'RUN') return false
  const { command } = instruction
  const lines = command.form === 'exec' ? [{ words: command.argv }] : readShellLine(command.text)
  return !('refused' in lines) && lines.some(({ words }) => words[0] !== 'node' && INSTALLS.has(words[1] ?? ''))
}
