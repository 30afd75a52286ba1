import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Script } from 'node:vm'

/** What a script gave, and a way to keep the code that V8 has compiled of it by then for the next run. */
export interface CachedScript {
  readonly exports: unknown
  readonly keep: () => void
}

/** What Node needs the longest to load, and a rendering mostly does without. */
const LATE = new Set(['crypto', 'http', 'https', 'worker_threads', 'zlib'])

/**
 * Runs a CommonJS bundle with the code that V8 compiled in an earlier run. That code lies beside the script and is only a help: one that is missing, cut,
 * of another script or of another Node is not used, and a folder that cannot be written to keeps none.
 */
export function loadCached(path: string): CachedScript {
  // Bundles are ASCII, and V8 takes such text as it is.
  const source = readFileSync(path)
  const cache = `${path}.${process.version}-${process.arch}`
  const cachedData = readCode(cache, source)
  const text = `(function (module, require) {${source.toString('latin1')}\n})`
  const script = new Script(text, { filename: path, ...(cachedData && { cachedData }) })
  const module = { exports: {} }
  const run = script.runInThisContext() as (module: object, require: NodeJS.Require) => void
  run(module, lateRequire(createRequire(path)))
  const keep = (): void => {
    if (cachedData === undefined) writeCode(cache, { source, code: script.createCachedData() })
  }
  return { exports: module.exports, keep }
}

/** Gives modules of Node that are loaded when something of theirs is used. Bundles look things up in them each time. */
function lateRequire(require: NodeJS.Require): NodeJS.Require {
  const late = (name: string): unknown => {
    if (!LATE.has(name.replace(/^node:/, ''))) return require(name)
    const get = (_: object, key: string | symbol): unknown => (require(name) as Record<string | symbol, unknown>)[key]
    return new Proxy({}, { get })
  }
  return Object.assign(late, require)
}

/**
 * V8 looks at the length of a script and of its code, not at every byte. So the script is kept, too, and the code twice: they are compared as a whole,
 * in a tenth of the time that a digest takes to load.
 */
function readCode(path: string, source: Buffer): Buffer | undefined {
  try {
    const kept = readFileSync(path)
    const middle = (source.length + kept.length) / 2
    const code = kept.subarray(source.length, middle)
    const isWhole =
      code.length > 0 && kept.subarray(0, source.length).equals(source) && code.equals(kept.subarray(middle))
    return isWhole ? code : undefined
  } catch {
    return undefined
  }
}

/** Others may read while this writes, so it is put in its place whole. */
function writeCode(path: string, { source, code }: { readonly source: Uint8Array; readonly code: Uint8Array }): void {
  const scratch = `${path}.${process.pid}`
  try {
    writeFileSync(scratch, Buffer.concat([source, code, code]))
    renameSync(scratch, path)
  } catch {
    rmSync(scratch, { force: true })
  }
}
