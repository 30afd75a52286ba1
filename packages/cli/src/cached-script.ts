import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Script } from 'node:vm'

/** What a script gave, and a way to keep the code that V8 has compiled of it by then for the next run. */
export interface CachedScript {
  readonly exports: unknown
  readonly keep: () => void
}

const DIGEST_BYTES = 20

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
  run(module, createRequire(path))
  const keep = (): void => {
    if (cachedData === undefined) writeCode(cache, { source, code: script.createCachedData() })
  }
  return { exports: module.exports, keep }
}

/** V8 looks at the length of a script and of its code, not at every byte: the digest does. */
function digestOf(source: Uint8Array, code: Uint8Array): Buffer {
  return createHash('sha1').update(source).update(code).digest()
}

function readCode(path: string, source: Uint8Array): Buffer | undefined {
  try {
    const kept = readFileSync(path)
    const code = kept.subarray(DIGEST_BYTES)
    return digestOf(source, code).equals(kept.subarray(0, DIGEST_BYTES)) ? code : undefined
  } catch {
    return undefined
  }
}

/** Others may read while this writes, so it is put in its place whole. */
function writeCode(path: string, { source, code }: { readonly source: Uint8Array; readonly code: Uint8Array }): void {
  const scratch = `${path}.${process.pid}`
  try {
    writeFileSync(scratch, Buffer.concat([digestOf(source, code), code]))
    renameSync(scratch, path)
  } catch {
    rmSync(scratch, { force: true })
  }
}
