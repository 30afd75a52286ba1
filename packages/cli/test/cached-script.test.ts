import { chmodSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '@slipway/testkit'
import { describe, expect, it } from 'vitest'
import { loadCached } from '../src/cached-script.ts'

async function setUp(source = 'exports.answer = () => 42'): Promise<{ script: string; caches: () => string[] }> {
  const folder = await temporaryDirectory()
  const script = join(folder, 'script.cjs')
  writeFileSync(script, `const exports = module.exports\n${source}\n`)
  const caches = (): string[] => readdirSync(folder).filter((name) => name !== 'script.cjs')
  return { script, caches: () => caches().map((name) => join(folder, name)) }
}

function flip(file: string, at: number, bits: number): void {
  const bytes = readFileSync(file)
  bytes[at] = (bytes[at] ?? 0) ^ bits
  writeFileSync(file, bytes)
}

function answer(script: string): unknown {
  const { exports, keep } = loadCached(script)
  const given = (exports as { answer: () => unknown }).answer()
  keep()
  return given
}

describe('a script with its compiled code', () => {
  it('keeps the code beside the script and runs with it', async () => {
    const { script, caches } = await setUp()
    expect(answer(script)).toBe(42)
    expect(caches()).toHaveLength(1)
    const kept = readFileSync(caches()[0] ?? '')
    expect(answer(script)).toBe(42)
    expect(readFileSync(caches()[0] ?? '')).toEqual(kept)
  })

  it('does not take the code of another script of the same length', async () => {
    const { script } = await setUp('exports.answer = () => 42')
    answer(script)
    writeFileSync(script, 'const exports = module.exports\nexports.answer = () => 43\n')
    expect(answer(script)).toBe(43)
    expect(answer(script)).toBe(43)
  })

  it.each([
    ['cut', (file: string) => truncateSync(file, 100)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['other bytes', (file: string) => writeFileSync(file, readFileSync(file).fill(7, 200))],
    ['one other bit', (file: string) => flip(file, 300, 1)],
    ['the highest bit of a word', (file: string) => flip(file, 303, 0x80)],
    ['the last bit', (file: string) => flip(file, readFileSync(file).length - 1, 0x80)],
  ])('makes the code again when it is spoiled: %s', async (_, spoil) => {
    const { script, caches } = await setUp()
    answer(script)
    const file = caches()[0] ?? ''
    const kept = readFileSync(file)
    spoil(file)
    expect(answer(script)).toBe(42)
    expect(readFileSync(file)).toHaveLength(kept.length)
  })

  it('loads modules of Node that few need when they are used', async () => {
    const { script } = await setUp(`
      const crypto = require('node:crypto')
      const { join } = require('node:path')
      exports.answer = () => join('a', crypto.createHash('sha1').update('x').digest('hex'))
    `)
    expect(answer(script)).toBe('a/11f6ad8ec52a2984abaafd7c3b516503785c2072')
  })

  it('leaves nothing behind where it cannot put the code', async () => {
    const { script, caches } = await setUp()
    const { keep } = loadCached(script)
    chmodSync(join(script, '..'), 0o500)
    try {
      expect(keep).not.toThrow()
    } finally {
      chmodSync(join(script, '..'), 0o700)
    }
    expect(caches().every((name) => !name.endsWith(`.${process.pid}`))).toBe(true)
  })
})
