import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGES = join(dirname(fileURLToPath(import.meta.url)), '../../packages')
// Codes of the registry's protocol are the distribution specification's, not ours.
const UNION = /type (?!Registry)\w*Code =([^;]*?)(?:\n\n|\n\/\*\*|\nexport|$)/g
// A diagnostic, and an error of a class without a union, say their code where they are made.
const LITERAL = /\bcode: '([A-Z]+_[A-Z_]+)'|CodedError(?:<|\()'([A-Z]+_[A-Z_]+)'/g

/** Every error code that the sources of the packages have, in order. */
export function errorCodes(): readonly string[] {
  const texts = readdirSync(PACKAGES, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[\w-]+\/src\/.*\.ts$/.test(path) && !path.includes('node_modules'))
    .map((path) => readFileSync(join(PACKAGES, path), 'utf8').replaceAll(/^\s*(\*|\/\/|\/\*\*).*$/gm, ''))
  const members = texts.flatMap((text) =>
    [...text.matchAll(UNION)].flatMap(([, union = '']) =>
      [...union.matchAll(/'([A-Z][A-Z_]+)'/g)].map(([, code = '']) => code),
    ),
  )
  const literals = texts.flatMap((text) => [...text.matchAll(LITERAL)].map(([, a, b]) => a ?? b ?? ''))
  return [...new Set([...members, ...literals])].sort()
}
